import { InputError, readModel } from "@sigmax/core";
import { takeRows, takeTableRows, type Matrix, type Table, type TableColumn } from "@sigmax/core/data";
import { predictIntervals } from "@sigmax/core/inference";
import { count, printJson, printLines } from "../output.ts";
import { readBytes } from "../sources/files.ts";
import { isTablePath, openRows } from "../sources/open.ts";
import { isTable, type Rows } from "../sources/source.ts";
import { didYouMean } from "../sources/suggest.ts";
import { stopwatch } from "../stopwatch.ts";
import { checkWritable, writeFileWhole } from "../write.ts";
import { explainRow } from "./explain.ts";
import { matchRows, readingFor } from "./match.ts";
import type { PredictFlags } from "./predict.flags.ts";
import { ownColumns, writerFor } from "./predictions.ts";

export async function predict(flags: PredictFlags, modelPath: string, sourceName: string): Promise<void> {
  const clock = stopwatch();
  const { out } = flags;
  if (out === undefined && flags.json && flags.explain === undefined)
    throw new InputError("--json: name the file for the predictions too: --out predictions.csv");
  if (out !== undefined && !/\.(csv|jsonl|parquet)$/i.test(out))
    throw new InputError(`--out: expected a name that ends in .csv, .jsonl or .parquet, got ${out}`);
  if (out !== undefined) await checkWritable(out);

  const model = readModel((await readBytes(modelPath)).bytes, { where: modelPath });
  const rows = await openRows(
    sourceName,
    isTablePath(sourceName) ? readingFor(model, flags, flags.keep) : {},
  );
  const notes = matchRows(model, rows, modelPath, flags.keep);
  const part = rows.parts.find(({ name }) => name === "test") ?? rows.parts[0];
  if (flags.explain !== undefined) {
    explainRow(model, part, flags.explain, flags.intervals ?? 0.95, flags.json ?? false, sourceName);
    return;
  }
  const { intervals } = flags;
  if (intervals !== undefined && model.inference === null)
    throw new InputError(
      `--intervals: ${modelPath} keeps no covariance of its coefficients; train it by an exact solver (--solver auto) with at most 1,000 coefficients, or name a --covariance`,
    );
  const own = ownColumns(model.classes, intervals !== undefined);
  const kept = keptColumns(rows, part.data, flags.keep ?? [], own);
  const write = await writerFor(out ?? "", model.classes, kept, intervals !== undefined);
  const load = clock.lap();

  const counts = model.classes.map(() => 0);
  const pieces = function* (): Generator<string | Uint8Array> {
    yield write.begin();
    for (let first = 0; first < part.data.rows; first += write.rowsAtOnce) {
      const places = Uint32Array.from(
        { length: Math.min(write.rowsAtOnce, part.data.rows - first) },
        (_, i) => first + i,
      );
      const block = isTable(part.data) ? takeTableRows(part.data, places) : takeRows(part.data, places);
      const bounds =
        intervals === undefined ? null : predictIntervals(model, block, { confidence: intervals });
      const { values } = bounds?.probabilities ?? model.predict(block);
      const labels = places.map((_, i) =>
        mostProbable(values.subarray(i * counts.length, (i + 1) * counts.length)),
      );
      for (const label of labels) counts[label]++;
      yield write.block({ first, labels, probabilities: values, ends: bounds && [bounds.low, bounds.high] });
    }
    yield write.end();
  };
  if (out === undefined) {
    for (const piece of pieces())
      if (!process.stdout.write(piece)) await new Promise((resolve) => process.stdout.once("drain", resolve));
    for (const note of notes) process.stderr.write(`${note}\n`);
    return;
  }
  await writeFileWhole(out, pieces());
  const seconds = { load, predict: clock.lap(), total: clock.total() };
  const labels = Object.fromEntries(model.classes.map((name, k) => [name, counts[k]]));
  if (flags.json)
    printJson({
      rows: part.data.rows,
      classes: model.classes,
      labels,
      notes,
      seconds,
      model: modelPath,
      predictions: out,
    });
  else if (!flags.quiet)
    printLines([
      `${count(part.data.rows)} rows of ${sourceName}: ${model.classes.map((name, k) => `${count(counts[k])} ${name}`).join(", ")}`,
      ...notes,
      `Predictions  ${out}`,
    ]);
}

/** The columns to carry along. @throws InputError when one is not there, or is named as one of the predictions' own */
function keptColumns(
  rows: Rows,
  data: Matrix | Table,
  names: readonly string[],
  own: readonly string[],
): TableColumn[] {
  if (names.length > 0 && !isTable(data))
    throw new InputError(`--keep: ${rows.name} is no table, so it has no columns to keep`);
  if (!isTable(data)) return [];
  const taken = names.find((name) => own.includes(name));
  if (taken !== undefined)
    throw new InputError(
      `--keep: the predictions have a column "${taken}" of their own; rename that of ${rows.name}`,
    );
  return names.map((name) => {
    const column = data.columns.find((each) => each.name === name);
    if (column === undefined)
      throw new InputError(
        `--keep: ${rows.name} has no column "${name}"${didYouMean(
          name,
          data.columns.map((each) => each.name),
        )}`,
      );
    return column;
  });
}

/** The highest, of equals the first. */
function mostProbable(probabilities: Float64Array): number {
  let best = 0;
  for (let k = 1; k < probabilities.length; k++) if (probabilities[k] > probabilities[best]) best = k;
  return best;
}
