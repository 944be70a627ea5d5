import type { TableColumn } from "@sigmax/core/data";
import { cellAt } from "../sources/source.ts";

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

/** Makes the content of a file of predictions, piece by piece. */
export interface PredictionWriter {
  readonly rowsAtOnce: number;
  begin(): string | Uint8Array;
  block(rows: PredictedRows): string | Uint8Array;
  end(): string | Uint8Array;
}

/**
 * A writer by the ending of the name: JSON lines, Parquet, else CSV. The columns of the latter two are the same.
 *
 * @param kept columns of the source that are carried along
 */
export async function writerFor(
  path: string,
  classes: readonly string[],
  kept: readonly TableColumn[],
  hasIntervals: boolean,
): Promise<PredictionWriter> {
  if (/\.jsonl$/i.test(path)) return jsonLines(classes, kept);
  if (!/\.parquet$/i.test(path)) return csvLines(classes, kept, hasIntervals);
  const { parquetWriter } = await import("./predictions-parquet.ts");
  return parquetWriter(classes, kept, hasIntervals);
}

/** What stands beside the label: probability:yes, and with intervals low:yes and high:yes. */
export function numberColumns(classes: readonly string[], hasIntervals: boolean): string[] {
  const kinds = hasIntervals ? ["probability", "low", "high"] : ["probability"];
  return kinds.flatMap((kind) => classes.map((name) => `${kind}:${name}`));
}

/** The columns that predictions bring. */
export function ownColumns(classes: readonly string[], hasIntervals: boolean): string[] {
  return ["label", ...numberColumns(classes, hasIntervals)];
}

const rowsOfText = 4096;

function csvLines(
  classes: readonly string[],
  kept: readonly TableColumn[],
  hasIntervals: boolean,
): PredictionWriter {
  const names = [...kept.map(({ name }) => name), ...ownColumns(classes, hasIntervals)];
  const labelFields = classes.map(csvField);
  return {
    rowsAtOnce: rowsOfText,
    begin: () => `${names.map(csvField).join(",")}\n`,
    block({ first, labels, probabilities, ends }) {
      let text = "";
      for (const [i, label] of labels.entries()) {
        const own = kept.map((column) => csvField(cellAt(column, first + i)));
        const numbers = [probabilities, ...(ends ?? [])].flatMap((all) => [...rowOf(all, i, classes.length)]);
        text += `${[...own, labelFields[label], ...numbers].join(",")}\n`;
      }
      return text;
    },
    end: () => "",
  };
}

/** As RFC 4180 has it: quoted where it holds a comma, a quote or a new line. */
function csvField(value: number | string | null): string {
  if (value === null) return "";
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function jsonLines(classes: readonly string[], kept: readonly TableColumn[]): PredictionWriter {
  return {
    rowsAtOnce: rowsOfText,
    begin: () => "",
    block({ first, labels, probabilities, ends }) {
      let text = "";
      for (const [i, label] of labels.entries()) {
        const own = Object.fromEntries(kept.map((column) => [column.name, cellAt(column, first + i)]));
        const shares = rowOf(probabilities, i, classes.length);
        const [low, high] = (ends ?? []).map((all) => rowOf(all, i, classes.length));
        text += `${JSON.stringify({
          ...own,
          label: classes[label],
          probabilities: Object.fromEntries(classes.map((name, k) => [name, shares[k]])),
          ...(ends && { intervals: Object.fromEntries(classes.map((name, k) => [name, [low[k], high[k]]])) }),
        })}\n`;
      }
      return text;
    },
    end: () => "",
  };
}

function rowOf(values: Float64Array, row: number, columns: number): Float64Array {
  return values.subarray(row * columns, (row + 1) * columns);
}
