import type { Classifier, Evaluation } from "@sigmax/core";
import { isDescent } from "@sigmax/core/model";
import type { Labels, NumericColumn, Table, TableColumn } from "@sigmax/core/data";
import { healthWarnings } from "@sigmax/core/train";
import { cellAt, isTable } from "../sources/source.ts";
import { quote, shortList } from "../sources/suggest.ts";
import { count } from "../output.ts";
import { validationRows } from "../report/kept-epoch.ts";
import type { CarriedFlags } from "./carried.ts";
import { countRepeated } from "./repeated-rows.ts";
import { rarestClass, type RowSet } from "./rows.ts";

/** Among columns that know nothing of the classes, one in so many fits would warn of one that tells them apart. */
const rarity = 1000;

/**
 * What a reader must know before using a model, a sentence each.
 *
 * @param table the training rows as columns; null where they are a matrix
 * @param folds of the cross-validation that chose the penalty, if one did
 */
export function warningsOf(
  model: Classifier,
  evaluation: Evaluation,
  table: Table | null,
  labels: Labels,
  folds = 10,
): string[] {
  const guess = Math.log(model.classes.length);
  const { options } = model.training;
  const health = healthWarnings(model);
  const validated = validationRows(model);
  const trained = model.training.rows - validated;
  const held = validated === 0 ? "" : " that validation leaves";
  return [
    ...(table === null ? [] : warningsOfColumns(table, labels)),
    ...("choice" in options && options.choice ? warningsOfFolds(labels, folds) : []),
    ...(isDescent(options) && options.batch > trained
      ? [
          `a batch of ${count(options.batch)} rows is more than the ${count(trained)} training rows${held}, so every step took all of them`,
        ]
      : []),
    ...health,
    ...(evaluation.logLoss > guess
      ? [
          `the log-loss is above ${guess.toFixed(2)}, that of giving every class the same probability${causeOf(isDescent(options), health.length > 0)}`,
        ]
      : []),
  ];
}

function causeOf(isByDescent: boolean, isUnhealthy: boolean): string {
  if (isUnhealthy) return ", maybe for that reason";
  return isByDescent
    ? "; the learning rate may be too high"
    : "; the columns may tell little of the classes, or the penalty be too weak for so few rows";
}

/** Of what rows carry beside their features, and the figures do not know of. */
export function warningsOfCarried({ weights, group }: CarriedFlags): string[] {
  return [
    ...(weights === undefined
      ? []
      : [`the figures count every measured row once, whatever its weight in ${weights}`]),
    ...(group === undefined
      ? []
      : [
          `the intervals of the figures take rows as independent; where those of one ${group} are alike they are too narrow`,
        ]),
  ];
}

/** Of rows that stand in another file as well; the same file is refused before. */
export function warningsOfRepeats(train: RowSet, test: RowSet): string[] {
  if (!isTable(train.data) || !isTable(test.data)) return [];
  const [first, second] = [
    { table: train.data, ...train.labels },
    { table: test.data, ...test.labels },
  ];
  const repeated = countRepeated(first, second);
  return repeated === 0
    ? []
    : [
        `${count(repeated)} of the ${count(test.data.rows)} test rows ${repeated === 1 ? "is" : "are"} equal to a training row in every column; if ${repeated === 1 ? "it is the same case" : "they are the same cases"}, the figures flatter the model`,
      ];
}

function warningsOfFolds(labels: Labels, folds: number): string[] {
  const rare = rarestClass(labels);
  return rare.rows >= folds
    ? []
    : [
        `class ${rare.name} has ${count(rare.rows)} training ${rare.rows === 1 ? "row" : "rows"}, fewer than the ${folds} folds that chose the penalty, so most of them held none back`,
      ];
}

function warningsOfColumns({ rows, columns }: Table, labels: Labels): string[] {
  const limit = mostParts(labels, columns.length);
  const telling = columns.filter((column) => tellsClasses(column, labels, limit)).map(({ name }) => name);
  const constant = columns.filter(isConstant).map(({ name }) => name);
  const numbering = columns.filter(isNumbering).map(({ name }) => name);
  const empty = columns.filter(isEmpty).map(({ name }) => name);
  const copies = copiesIn(columns.filter((column) => !isEmpty(column) && !isConstant(column)));
  return [
    ...(telling.length === 0
      ? []
      : [
          `${telling.length === 1 ? `column ${telling[0]} alone tells` : `each of the columns ${shortList(telling)} alone tells`} the class of all ${count(rows)} training rows; if it is the target under another name, or is known only afterwards, leave it out with --exclude ${quote(telling.join(","))}`,
        ]),
    ...(copies.length === 0
      ? []
      : [
          `${shortList(copies.map(([copy, original]) => `${copy} is the same as ${original}`))} in all training rows, so that they share their weight; leave out what is double with --exclude ${quote(copies.map(([copy]) => copy).join(","))}`,
        ]),
    ...(constant.length === 0
      ? []
      : [
          `${shortList(constant)} ${constant.length === 1 ? "has" : "each have"} one value in all training rows, which tells nothing of the classes; leave out what never changes with --exclude ${quote(constant.join(","))}`,
        ]),
    ...(numbering.length === 0
      ? []
      : [
          `${shortList(numbering)} ${numbering.length === 1 ? "rises" : "rise"} from row to row in whole numbers, as row numbers do; if that is all, leave it out with --exclude ${quote(numbering.join(","))}`,
        ]),
    ...(empty.length === 0
      ? []
      : [`no training row has a value of ${shortList(empty)}, so nothing was learned of it`]),
  ];
}

/**
 * Into how many parts m, each of one class, the values of a column may fall to be no accident: Kᵐ ways to give the
 * parts a class, against n! / Π nₖ! ways in which the classes can lie on the rows.
 */
function mostParts({ classes, indices }: Labels, columns: number): number {
  const counts = classes.map(() => 0);
  let arrangements = 0; // its logarithm
  indices.forEach((k, row) => {
    counts[k]++;
    arrangements += Math.log((row + 1) / counts[k]);
  });
  return Math.floor((arrangements - Math.log(rarity * columns)) / Math.log(classes.length));
}

/** More different values are not looked at: what is meant are codes, and ranges of numbers. */
const mostValues = 1000;
/** So many rows show of almost all columns that they do not tell the classes apart. */
const firstRows = 1000;

/** Whether every value, or for numbers every range between two values, comes with one class only. */
function tellsClasses(column: TableColumn, { indices, classes }: Labels, limit: number): boolean {
  const classOf = new Map<number | string | null, number>();
  const most = Math.min(limit, mostValues);
  let isPure = true;
  for (let row = 0; isPure && row < indices.length && classOf.size <= most; row++) {
    const value = cellAt(column, row);
    const known = classOf.get(value);
    if (known === undefined) classOf.set(value, indices[row]);
    else isPure = known === indices[row];
  }
  if (!isPure || classOf.size <= most) return isPure;
  if (column.kind !== "numeric") return false;
  return [firstRows, indices.length].every((rows) =>
    liesInRanges(column, { classes, indices: indices.subarray(0, rows) }, limit),
  );
}

/** Whether the values of each class keep to a range of their own, missing ones to one class. */
function liesInRanges(column: NumericColumn, { classes, indices }: Labels, limit: number): boolean {
  const ranges = classes.map(() => ({ low: Infinity, high: -Infinity }));
  const withoutValue = new Set<number>();
  indices.forEach((k, row) => {
    const value = column.values[row];
    if (column.missing?.[row] === 1) withoutValue.add(k);
    else ranges[k] = { low: Math.min(ranges[k].low, value), high: Math.max(ranges[k].high, value) };
  });
  const used = ranges.filter(({ low }) => low < Infinity).toSorted((a, b) => a.low - b.low);
  const areApart = used.every(({ low }, i) => i === 0 || used[i - 1].high < low);
  return areApart && withoutValue.size <= 1 && used.length + withoutValue.size <= limit;
}

/** Columns with the values of one before them, each with that one. */
function copiesIn(columns: readonly TableColumn[]): [copy: string, original: string][] {
  const originals: TableColumn[] = [];
  return columns.flatMap((column): [string, string][] => {
    const original = originals.find((other) => isSame(other, column));
    if (original === undefined) originals.push(column);
    return original === undefined ? [] : [[column.name, original.name]];
  });
}

function isSame(a: TableColumn, b: TableColumn): boolean {
  const rows = a.kind === "numeric" ? a.values.length : a.codes.length;
  for (let row = 0; row < rows; row++) if (cellAt(a, row) !== cellAt(b, row)) return false;
  return rows > 0;
}

function isEmpty(column: TableColumn): boolean {
  return column.kind === "numeric"
    ? column.missing !== null && !column.missing.includes(0)
    : column.codes.every((code) => code < 0);
}

/** Whether every row has one and the same value. */
function isConstant(column: TableColumn): boolean {
  const rows = column.kind === "numeric" ? column.values.length : column.codes.length;
  if (rows === 0 || cellAt(column, 0) === null) return false;
  for (let row = 1; row < rows; row++) if (cellAt(column, row) !== cellAt(column, 0)) return false;
  return true;
}

/** Whole numbers that rise by chance over so many rows are one case in 20!. */
const fewestNumbered = 20;

/** Whether a column looks like the numbers of the rows. */
function isNumbering(column: TableColumn): boolean {
  return (
    column.kind === "numeric" &&
    column.missing?.includes(1) !== true &&
    column.values.length >= fewestNumbered &&
    column.values.every(
      (value, row) => Number.isInteger(value) && (row === 0 || value > column.values[row - 1]),
    )
  );
}
