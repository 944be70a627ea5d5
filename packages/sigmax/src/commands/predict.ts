import { InputError, readModel, type Classifier } from "@sigmax/core";
import { takeRows, takeTableRows, type Matrix, type Table, type TableColumn } from "@sigmax/core/data";
import { predictIntervals } from "@sigmax/core/inference";
import { count, printJson, printLines } from "../output.ts";
import { readBytes } from "../sources/files.ts";
import { isTablePath, openRows } from "../sources/open.ts";
import { cellAt, isTable, type Rows } from "../sources/source.ts";
import { didYouMean } from "../sources/suggest.ts";
import { stopwatch } from "../stopwatch.ts";
import { checkWritable, writeFileWhole } from "../write.ts";
import { explainRow } from "./explain.ts";
import { matchRows, readingFor } from "./match.ts";
import type { PredictFlags } from "./predict.flags.ts";

/** Rows predicted and written at a time. */
const blockRows = 4096;

export async function predict(flags: PredictFlags, modelPath: string, sourceName: string): Promise<void> {
  const clock = stopwatch();
  const { out } = flags;
  if (out === undefined && flags.json && flags.explain === undefined)
    throw new InputError("--json: name the file for the predictions too: --out predictions.csv");
  if (out !== undefined && !/\.(csv|jsonl)$/i.test(out))
    throw new InputError(`--out: expected a name that ends in .csv or .jsonl, got ${out}`);
  if (out !== undefined) await checkWritable(out);

  const model = readModel((await readBytes(modelPath)).bytes, { where: modelPath });
  const rows = await openRows(sourceName, isTablePath(sourceName) ? readingFor(model, flags.keep) : {});
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
  const kept = keptColumns(rows, part.data, flags.keep ?? []);
  const write = /\.jsonl$/i.test(out ?? "")
    ? jsonLines(model, kept)
    : csvLines(model, kept, intervals !== undefined);
  const load = clock.lap();

  const counts = model.classes.map(() => 0);
  const lines = function* (): Generator<string> {
    yield write.header;
    for (let first = 0; first < part.data.rows; first += blockRows) {
      const places = Uint32Array.from(
        { length: Math.min(blockRows, part.data.rows - first) },
        (_, i) => first + i,
      );
      const block = isTable(part.data) ? takeTableRows(part.data, places) : takeRows(part.data, places);
      const bounds =
        intervals === undefined ? null : predictIntervals(model, block, { confidence: intervals });
      const { values } = bounds?.probabilities ?? model.predict(block);
      let text = "";
      for (let i = 0; i < places.length; i++) {
        const own = values.subarray(i * counts.length, (i + 1) * counts.length);
        const label = mostProbable(own);
        counts[label]++;
        const ends =
          bounds &&
          [bounds.low, bounds.high].map((side) => side.subarray(i * counts.length, (i + 1) * counts.length));
        text += write.row(first + i, label, own, ends);
      }
      yield text;
    }
  };
  if (out === undefined) {
    for (const text of lines())
      if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once("drain", resolve));
    for (const note of notes) process.stderr.write(`${note}\n`);
    return;
  }
  await writeFileWhole(out, lines());
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

/** The columns to carry along. @throws InputError when one is not there */
function keptColumns(rows: Rows, data: Matrix | Table, names: readonly string[]): TableColumn[] {
  if (names.length > 0 && !isTable(data))
    throw new InputError(`--keep: ${rows.name} is no table, so it has no columns to keep`);
  if (!isTable(data)) return [];
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

interface LineWriter {
  readonly header: string;
  /** @param ends of the intervals, low and high, where they were asked for */
  row(
    place: number,
    label: number,
    probabilities: Float64Array,
    ends: readonly Float64Array[] | null,
  ): string;
}

function csvLines({ classes }: Classifier, kept: readonly TableColumn[], hasIntervals: boolean): LineWriter {
  const labels = classes.map(csvField);
  const kinds = hasIntervals ? ["probability", "low", "high"] : ["probability"];
  const names = [
    ...kept.map(({ name }) => name),
    "label",
    ...kinds.flatMap((kind) => classes.map((name) => `${kind}:${name}`)),
  ];
  return {
    header: `${names.map(csvField).join(",")}\n`,
    row(place, label, probabilities, ends) {
      const own = kept.map((column) => csvField(cellAt(column, place)));
      const numbers = [...probabilities, ...(ends ?? []).flatMap((end) => [...end])];
      return `${[...own, labels[label], ...numbers].join(",")}\n`;
    },
  };
}

/** As RFC 4180 has it: quoted where it holds a comma, a quote or a new line. */
function csvField(value: number | string | null): string {
  if (value === null) return "";
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function jsonLines({ classes }: Classifier, kept: readonly TableColumn[]): LineWriter {
  return {
    header: "",
    row(place, label, probabilities, ends) {
      const own = Object.fromEntries(kept.map((column) => [column.name, cellAt(column, place)]));
      const shares = Object.fromEntries(classes.map((name, k) => [name, probabilities[k]]));
      const intervals =
        ends && Object.fromEntries(classes.map((name, k) => [name, [ends[0][k], ends[1][k]]]));
      return `${JSON.stringify({ ...own, label: classes[label], probabilities: shares, ...(intervals && { intervals }) })}\n`;
    },
  };
}

/** The highest, of equals the first. */
function mostProbable(probabilities: Float64Array): number {
  let best = 0;
  for (let k = 1; k < probabilities.length; k++) if (probabilities[k] > probabilities[best]) best = k;
  return best;
}
