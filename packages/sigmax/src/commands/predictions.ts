import type { TableColumn } from "@sigmax/core/data";
import { cellAt } from "../sources/source.ts";
import type { OutputColumn, OutputRows } from "./row-writer.ts";

/** Predictions of some rows. */
interface PredictedRows {
  /** Place of the first in the source. */
  readonly first: number;
  readonly labels: Uint32Array;
  /** Rows × classes. */
  readonly probabilities: Float64Array;
  /** Low and high of the intervals, rows × classes, where they were asked for. */
  readonly ends: readonly [Float64Array, Float64Array] | null;
}

/** The columns that predictions bring: the label, probability:yes, and with intervals low:yes and high:yes. */
export function predictionColumns(classes: readonly string[], hasIntervals: boolean): OutputColumn[] {
  const kinds = hasIntervals ? ["probability", "low", "high"] : ["probability"];
  return [
    { name: "label", kind: "text", isOptional: false },
    ...kinds.flatMap((kind) => numberColumns(kind, classes, false)),
  ];
}

/** probability:no, probability:yes */
export function numberColumns(prefix: string, names: readonly string[], isOptional: boolean): OutputColumn[] {
  return names.map((name) => ({ name: `${prefix}:${name}`, kind: "number", isOptional }));
}

/** Columns of the source that are carried along. */
export function keptOutput(kept: readonly TableColumn[]): OutputColumn[] {
  return kept.map(({ name, kind }) => ({
    name,
    kind: kind === "numeric" ? "number" : "text",
    isOptional: true,
  }));
}

/** Their values in one row, by name. */
export function keptOfRow(kept: readonly TableColumn[], row: number): Record<string, string | number | null> {
  return Object.fromEntries(kept.map((column) => [column.name, cellAt(column, row)]));
}

export function predictionRows(
  classes: readonly string[],
  kept: readonly TableColumn[],
  { first, labels, probabilities, ends }: PredictedRows,
): OutputRows {
  return {
    rows: labels.length,
    columns: () => [
      ...kept.map((column) => Array.from(labels, (_, i) => cellAt(column, first + i))),
      Array.from(labels, (label) => classes[label]),
      ...[probabilities, ...(ends ?? [])].flatMap((all) => columnsOfRows(all, classes.length)),
    ],
    objectAt(row) {
      const [shares, low, high] = [probabilities, ...(ends ?? [])].map((all) =>
        all.subarray(row * classes.length, (row + 1) * classes.length),
      );
      return {
        ...keptOfRow(kept, first + row),
        label: classes[labels[row]],
        probabilities: Object.fromEntries(classes.map((name, k) => [name, shares[k]])),
        ...(ends && { intervals: Object.fromEntries(classes.map((name, k) => [name, [low[k], high[k]]])) }),
      };
    },
  };
}

/** The columns of rows × columns numbers. */
export function columnsOfRows(values: Float64Array, columns: number): Float64Array[] {
  const rows = values.length / columns;
  return Array.from({ length: columns }, (_, k) =>
    Float64Array.from({ length: rows }, (_row, i) => values[i * columns + k]),
  );
}

/** The place of the highest probability of a row, of equals the first. */
export function mostProbable(values: Float64Array, row: number, columns: number): number {
  const start = row * columns;
  let best = 0;
  for (let k = 1; k < columns; k++) if (values[start + k] > values[start + best]) best = k;
  return best;
}
