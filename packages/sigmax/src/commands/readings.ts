import { InputError } from "@sigmax/core";
import { foldsOf, type Labels, type Probabilities, type TableColumn } from "@sigmax/core/data";
import {
  combine,
  compareReader,
  fitReader,
  type Answers,
  type Reader,
  type ReaderComparison,
} from "@sigmax/core/decide";
import { cellAt } from "../sources/source.ts";
import { didYouMean, shortList } from "../sources/suggest.ts";
import type { TableFile } from "../sources/table.ts";
import { count } from "../output.ts";
import type { Cases } from "./cases.ts";

/** What a reader said of some rows, and how the probabilities change with it. */
export interface Readings {
  /** By place in the source; null where nothing was said. */
  readonly answers: Answers;
  readonly reader: Reader;
  /** What the reader's confusion matrix was learned from, in words. */
  readonly learnedFrom: string;
  /** Model and reader on the log; null where it has no probabilities. */
  readonly onLog: ReaderComparison | null;
  /** The probabilities of some rows, all of them answered, after the answers. */
  combine(places: Uint32Array, probabilities: Probabilities): Probabilities;
}

/**
 * @param log the file of earlier answers; without one the reader is learned from the answers to rows with known classes, and no
 *   row's own answer and class count for its combination
 * @throws InputError when a file lacks a column, an answer is no class, a row is not in the source or comes twice, there are
 *   no answers, or nothing to learn the reader from
 */
export async function openReadings(
  path: string,
  log: string | undefined,
  { classes, target }: { readonly classes: readonly string[]; readonly target: string },
  cases: Cases,
  seed: number,
): Promise<Readings> {
  const answers = await answersIn(path, classes, cases);
  if (log !== undefined) {
    const { said, labels, probabilities } = await logIn(log, classes, target);
    const reader = fitReader(said, labels);
    const pair = probabilities && crossFit(said, labels, seed).combine(probabilities);
    return {
      answers,
      reader,
      learnedFrom: `${count(reader.rows)} answers in ${log}`,
      onLog: probabilities && pair && compareReader({ model: probabilities, pair, answers: said }, labels),
      combine: (places, own) =>
        combine(
          own,
          reader,
          Array.from(places, (place) => answers[place]),
        ),
    };
  }
  const { truth } = cases;
  const known = cases.places.filter((place) => answers[place] !== null && (truth?.[place] ?? -1) >= 0);
  if (truth === null || known.length < 2)
    throw new InputError(
      `--readings: how right this reader is can be learned from no row here, since ${known.length === 0 ? "the true class of none is known" : "the true class of one alone is known"}; name earlier answers with their true classes: --reader-log <file>`,
    );
  const labels = { classes, indices: Int32Array.from(known, (place) => truth[place]) };
  const said = Array.from(known, (place) => answers[place]);
  const fitted = crossFit(said, labels, seed);
  const foldAt = new Map(Array.from(known, (place, i) => [place, fitted.folds[i]]));
  return {
    answers,
    reader: fitted.all,
    learnedFrom: `the ${count(known.length)} answers here whose true class is known, without those of the row's own tenth`,
    onLog: null,
    combine: (places, own) =>
      combineByFold(
        own,
        Array.from(places, (place) => answers[place]),
        [...fitted.readers, fitted.all],
        Array.from(places, (place) => foldAt.get(place) ?? fitted.readers.length),
      ),
  };
}

/** The reader of all answers, and for each fold that of the others. */
function crossFit(said: Answers, labels: Labels, seed: number) {
  const parts = Math.min(10, said.length);
  const [folds] = foldsOf(labels, { folds: parts, seed });
  const readers = Array.from({ length: parts }, (_, fold) =>
    fitReader(
      said.map((answer, row) => (folds[row] === fold ? null : answer)),
      labels,
    ),
  );
  return {
    all: fitReader(said, labels),
    readers,
    folds,
    combine: (probabilities: Probabilities) => combineByFold(probabilities, said, readers, folds),
  };
}

/** Each row with the reader of its fold. */
function combineByFold(
  probabilities: Probabilities,
  answers: Answers,
  readers: readonly Reader[],
  folds: ArrayLike<number>,
): Probabilities {
  return readers.reduce(
    (own, reader, fold) =>
      combine(
        own,
        reader,
        answers.map((answer, row) => (folds[row] === fold ? answer : null)),
      ),
    probabilities,
  );
}

async function answersIn(path: string, classes: readonly string[], cases: Cases): Promise<Answers> {
  const { readTable } = await import("../sources/table.ts");
  const file = await readTable(path, {
    kinds: new Map([
      ["row", "numeric"],
      ["reader", "categorical"],
    ]),
  });
  const [places, said] = [columnOf(path, file, "row"), columnOf(path, file, "reader")];
  const answers: (string | null)[] = Array.from({ length: cases.data.rows }, () => null);
  const seen = new Set<number>();
  const wanted = new Set(cases.places);
  for (let i = 0; i < file.table.rows; i++) {
    const place = cellAt(places, i);
    const answer = answerAt(path, said, i, classes, `row ${place}`);
    if (typeof place !== "number" || !wanted.has(place))
      throw new InputError(
        `${path}: row ${place ?? "(none)"} is not among those decided on of ${cases.name}${cases.places.length === cases.data.rows ? `, which has the rows 0 to ${cases.data.rows - 1}` : ""}`,
      );
    if (seen.has(place)) throw new InputError(`${path}: row ${place} comes twice; leave one answer`);
    seen.add(place);
    answers[place] = answer;
  }
  if (answers.every((answer) => answer === null))
    throw new InputError(
      `${path}: the column "reader" is empty; write the class that the reader saw there (${shortList(classes)})`,
    );
  return answers;
}

async function logIn(
  path: string,
  classes: readonly string[],
  target: string,
): Promise<{ said: Answers; labels: Labels; probabilities: Probabilities | null }> {
  const names = classes.map((name) => `probability:${name}`);
  const { readTable } = await import("../sources/table.ts");
  const file = await readTable(path, {
    target,
    classes,
    kinds: new Map([["reader", "categorical"], ...names.map((name) => [name, "numeric"] as const)]),
  });
  const column = columnOf(path, file, "reader");
  const { rows, columns } = file.table;
  const labels = file.labels ?? { classes, indices: new Int32Array() };
  const said = Array.from({ length: rows }, (_, i) => answerAt(path, column, i, classes, `row ${i}`));
  if (said.every((answer) => answer === null))
    throw new InputError(`${path}: the column "reader" is empty, so there is nothing to learn from`);
  const shares = names.map((name) => columns.find((each) => each.name === name));
  if (shares.some((each) => each === undefined)) return { said, labels, probabilities: null };
  const values = new Float64Array(rows * classes.length);
  for (const [k, each] of shares.entries())
    for (let i = 0; i < rows; i++)
      values[i * classes.length + k] = Number((each && cellAt(each, i)) ?? Number.NaN);
  return { said, labels, probabilities: { rows, columns: classes.length, values, unit: "probabilities" } };
}

function columnOf(path: string, { table }: TableFile, name: string): TableColumn {
  const found = table.columns.find((column) => column.name === name);
  const known = table.columns.map((column) => column.name);
  if (found === undefined)
    throw new InputError(
      `${path}: there is no column "${name}"${didYouMean(name, known) || `; there are ${shortList(known)}`}`,
    );
  return found;
}

/** @throws InputError when it is no class */
function answerAt(
  path: string,
  column: TableColumn,
  i: number,
  classes: readonly string[],
  where: string,
): string | null {
  const answer = cellAt(column, i);
  if (answer === null) return null;
  const text = String(answer).trim();
  if (classes.includes(text)) return text;
  const share = Number(text);
  if (classes.length === 2 && share >= 0 && share <= 1)
    throw new InputError(
      `${path}: expected the class that the reader saw, got the number ${text} at ${where}; probabilities that a reader states are combined by fitPool of @sigmax/core/decide`,
    );
  throw new InputError(
    `${path}: expected an answer among ${shortList(classes)}, got "${text}" at ${where}${didYouMean(text, classes)}`,
  );
}
