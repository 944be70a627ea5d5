import type { SavedModel } from "@sigmax/core/artifact";
import type { TableColumn } from "@sigmax/core/data";
import { labelThresholdsOf } from "@sigmax/core/model";
import { count, printJson, printLines, printPieces } from "../output.ts";
import { isTablePath, openRows } from "../sources/open.ts";
import { cellAt } from "../sources/source.ts";
import { stopwatch } from "../stopwatch.ts";
import { writeFileWhole } from "../write.ts";
import { explainLabels } from "./explain.ts";
import { keptColumns } from "./kept.ts";
import { refuseForLabels } from "./label-model.ts";
import { mostLines } from "./label-summary.ts";
import { matchRows, readingFor } from "./match.ts";
import type { PredictFlags } from "./predict.flags.ts";
import { columnsOfRows, keptOfRow, keptOutput, numberColumns } from "./predictions.ts";
import { rowWriter, type OutputColumn, type OutputRows } from "./row-writer.ts";
import { takeAny } from "./rows.ts";

/** Gives each row its labels, at the model's thresholds, and the probability of every label. */
export async function predictLabels(
  flags: PredictFlags,
  model: SavedModel,
  modelPath: string,
  sourceName: string,
): Promise<void> {
  const clock = stopwatch();
  const { out, intervals, explain } = flags;
  refuseForLabels({ intervals });
  const rows = await openRows(
    sourceName,
    isTablePath(sourceName) ? readingFor(model, flags, flags.keep) : {},
  );
  const notes = matchRows(model, rows, modelPath, flags.keep);
  const part = rows.parts.find(({ name }) => name === "test") ?? rows.parts[0];
  const { classes } = model;
  const own: OutputColumn[] = [
    { name: "labels", kind: "text", isOptional: false },
    ...numberColumns("probability", classes, false),
  ];
  const names = own.map(({ name }) => name);
  const kept = keptColumns(rows.name, part.data, flags.keep ?? [], names, "predictions");
  const write = await rowWriter(out ?? "", [...keptOutput(kept), ...own]);
  const thresholds = labelThresholdsOf(model);
  if (explain !== undefined) {
    return explainLabels(model, part, explain, thresholds, flags.json ?? false, sourceName);
  }
  const load = clock.lap();

  const counts = classes.map(() => 0);
  let without = 0;
  const pieces = function* (): Generator<string | Uint8Array> {
    yield write.begin();
    for (let first = 0; first < part.data.rows; first += write.rowsAtOnce) {
      const length = Math.min(write.rowsAtOnce, part.data.rows - first);
      const block = takeAny(
        part.data,
        Uint32Array.from({ length }, (_, i) => first + i),
      );
      const { values } = model.predict(block);
      const given = labelsGiven(classes, values, thresholds);
      for (const labels of given) {
        if (labels.length === 0) without++;
        for (const label of labels) counts[classes.indexOf(label)]++;
      }
      yield write.block(labelRows(classes, kept, first, given, values));
    }
    yield write.end();
  };
  if (out === undefined) {
    await printPieces(pieces());
    for (const note of notes) process.stderr.write(`${note}\n`);
    return;
  }
  await writeFileWhole(out, pieces());
  const seconds = { load, predict: clock.lap(), total: clock.total() };
  if (flags.json)
    printJson({
      rows: part.data.rows,
      classes,
      labels: Object.fromEntries(classes.map((name, k) => [name, counts[k]])),
      rowsWithoutLabels: without,
      thresholds: [...thresholds],
      notes,
      seconds,
      model: modelPath,
      predictions: out,
    });
  else if (!flags.quiet)
    printLines([
      `${count(part.data.rows)} rows of ${sourceName}: ${countsInWords(classes, counts)}; ${count(without)} without a label`,
      ...notes,
      `Predictions  ${out}`,
    ]);
}

/** The labels given most often, and how many more there are. */
function countsInWords(classes: readonly string[], counts: readonly number[]): string {
  const oftenFirst = [...classes.keys()].toSorted((a, b) => counts[b] - counts[a]);
  const shown = oftenFirst.slice(0, mostLines).map((k) => `${count(counts[k])} ${classes[k]}`);
  const rest = classes.length - shown.length;
  return `${shown.join(", ")}${rest > 0 ? `, and ${count(rest)} more (--json has them)` : ""}`;
}

/** The labels of each row whose probability reaches their threshold. */
export function labelsGiven(
  classes: readonly string[],
  values: Float64Array,
  thresholds: ArrayLike<number>,
): string[][] {
  return Array.from({ length: values.length / classes.length }, (_, row) =>
    classes.filter((_name, k) => values[row * classes.length + k] >= thresholds[k]),
  );
}

function labelRows(
  classes: readonly string[],
  kept: readonly TableColumn[],
  first: number,
  given: readonly string[][],
  values: Float64Array,
): OutputRows {
  return {
    rows: given.length,
    columns: () => [
      ...kept.map((column) => given.map((_, i) => cellAt(column, first + i))),
      given.map((labels) => labels.join(";")),
      ...columnsOfRows(values, classes.length),
    ],
    objectAt(row) {
      return {
        ...keptOfRow(kept, first + row),
        labels: given[row],
        probabilities: Object.fromEntries(classes.map((name, k) => [name, values[row * classes.length + k]])),
      };
    },
  };
}
