import { InputError, readModel } from "@sigmax/core";
import { predictIntervals } from "@sigmax/core/inference";
import { count, printJson, printLines, printPieces } from "../output.ts";
import { readBytes } from "../sources/files.ts";
import { isTablePath, openRows } from "../sources/open.ts";
import { stopwatch } from "../stopwatch.ts";
import { writeFileWhole } from "../write.ts";
import { explainRow } from "./explain.ts";
import { narrowIntervals } from "./network-words.ts";
import { matchRows, readingFor } from "./match.ts";
import type { PredictFlags } from "./predict.flags.ts";
import { checkOutput, keptColumns } from "./kept.ts";
import { keptOutput, mostProbable, predictionColumns, predictionRows } from "./predictions.ts";
import { rowWriter } from "./row-writer.ts";
import { takeAny } from "./rows.ts";

export async function predict(flags: PredictFlags, modelPath: string, sourceName: string): Promise<void> {
  const clock = stopwatch();
  const { out } = flags;
  if (out === undefined && flags.json && flags.explain === undefined)
    throw new InputError("--json: name the file for the predictions too: --out predictions.csv");
  if (out !== undefined) await checkOutput(out, [modelPath, sourceName]);

  const model = readModel((await readBytes(modelPath)).bytes, { where: modelPath });
  if (!model.head.isExclusive) {
    const { predictLabels } = await import("./predict-labels.ts");
    return predictLabels(flags, model, modelPath, sourceName);
  }
  const rows = await openRows(
    sourceName,
    isTablePath(sourceName) ? readingFor(model, flags, flags.keep) : {},
  );
  const notes = [
    ...matchRows(model, rows, modelPath, flags.keep),
    ...(flags.intervals !== undefined && model.body !== null ? [narrowIntervals] : []),
  ];
  const part = rows.parts.find(({ name }) => name === "test") ?? rows.parts[0];
  if (flags.explain !== undefined) {
    explainRow(model, part, flags.explain, flags.intervals ?? 0.95, flags.json ?? false, sourceName);
    return;
  }
  const { intervals } = flags;
  if (intervals !== undefined && model.inference === null)
    throw new InputError(
      `--intervals: ${modelPath} keeps no covariance of its coefficients; ${model.body === null ? "train it by an exact solver (--solver auto) with at most 1,000 coefficients, or name a --covariance" : "train it without --covariance none, and it has that of its last layer"}`,
    );
  const own = predictionColumns(model.classes, intervals !== undefined);
  const names = own.map(({ name }) => name);
  const kept = keptColumns(rows.name, part.data, flags.keep ?? [], names, "predictions");
  const write = await rowWriter(out ?? "", [...keptOutput(kept), ...own]);
  const load = clock.lap();

  const counts = model.classes.map(() => 0);
  const pieces = function* (): Generator<string | Uint8Array> {
    yield write.begin();
    for (let first = 0; first < part.data.rows; first += write.rowsAtOnce) {
      const places = Uint32Array.from(
        { length: Math.min(write.rowsAtOnce, part.data.rows - first) },
        (_, i) => first + i,
      );
      const block = takeAny(part.data, places);
      const bounds =
        intervals === undefined ? null : predictIntervals(model, block, { confidence: intervals });
      const { values } = bounds?.probabilities ?? model.predict(block);
      const labels = places.map((_, i) => mostProbable(values, i, counts.length));
      for (const label of labels) counts[label]++;
      const ends = bounds && ([bounds.low, bounds.high] as const);
      yield write.block(predictionRows(model.classes, kept, { first, labels, probabilities: values, ends }));
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
