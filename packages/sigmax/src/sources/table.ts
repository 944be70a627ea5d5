import { InputError } from "@sigmax/core";
import { labelsOf, severalLabelsAdvice, sortClasses, type Labels, type Table } from "@sigmax/core/data";
import { count } from "../output.ts";
import { createColumn, finishColumn, type GrowingColumn } from "./columns.ts";
import { readCsv, type CsvDialect } from "./csv.ts";
import { numberOf } from "./decimal.ts";
import { readJsonl } from "./jsonl.ts";
import type { Rows } from "./source.ts";
import { streamFile, type StoredFile } from "./stream.ts";
import { didYouMean, excerpt, quote, shortList } from "./suggest.ts";

/** What a caller says of a table; the rest is found in its rows. */
export interface TableOptions {
  /** The column of classes, read as text. Undefined: no column is one. */
  readonly target?: string | undefined;
  /** The classes in order; see `labelsOf`. */
  readonly classes?: readonly string[] | undefined;
  /** The columns to read beside the target [all]. */
  readonly features?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  /** Columns that are read whatever else is said, to be used otherwise than to learn from: weights, groups. */
  readonly carried?: readonly string[] | undefined;
  /** Columns that hold categories, whatever their values look like. */
  readonly categorical?: readonly string[] | undefined;
  /** Columns that hold numbers: any other text in them is refused. */
  readonly numeric?: readonly string[] | undefined;
  /** Columns that hold texts whose words matter: any text, and only an empty one is missing. */
  readonly text?: readonly string[] | undefined;
  /** Columns to read as so, if they are there: what a model knows of them. */
  readonly kinds?: ReadonlyMap<string, ColumnKind> | undefined;
  /** Between the fields of CSV [a tab in .tsv, else the likeliest of , ; tab |]. */
  readonly delimiter?: string | undefined;
  readonly decimal?: "." | "," | undefined;
  /** Texts that stand for a missing value, beside the empty one [`missingTexts`]. */
  readonly missing?: readonly string[] | undefined;
}

export type ColumnKind = "numeric" | "categorical" | "text";

/** A table that was read whole. */
export interface TableFile {
  /** The columns beside the target, in the order of the file. */
  readonly table: Table;
  /** Null where no target was named. */
  readonly labels: Labels | null;
  /** What speaks against learning from these columns, a sentence each: they may be read, but were hardly meant so. */
  readonly doubts: readonly string[];
  /** Of the bytes as they lie on the disk. */
  readonly sha256: string;
}

/** Texts that stand for a missing value, unless the caller names others. The empty text always does. */
export const missingTexts: readonly string[] = [
  "NA",
  "N/A",
  "n/a",
  "#N/A",
  "NaN",
  "nan",
  "null",
  "NULL",
  "?",
];

/** One-hot columns beyond this many are more than anyone meant. */
const mostCategories = 1000;
/** A column that has this share of numbers was meant to be one of numbers. */
const numericShare = 0.9;
/** So many rows without two alike are no accident. */
const fewestNames = 10;

/**
 * Reads a table: CSV, TSV or JSON lines, packed by gzip or not, or Parquet.
 *
 * A column is numeric if all its values are finite decimal numbers, in every row of the file; else it is
 * categorical, the values being texts. `numeric` and `categorical` override that.
 *
 * @throws InputError that names the line, and the column where there is one
 */
export async function readTable(path: string, options: TableOptions = {}): Promise<TableFile> {
  const { result, sha256 } = await streamFile(path, async (file) => {
    try {
      return collect(await readColumns(file, path, options), path, options);
    } catch (error) {
      throw error instanceof InputError ? new InputError(`${path}: ${error.message}`) : error;
    }
  });
  return { ...result, sha256 };
}

/** A table as a source of rows. @param name what to call it */
export async function openTable(path: string, name: string, options: TableOptions): Promise<Rows> {
  const { table, labels, doubts, sha256 } = await readTable(path, options);
  return {
    name,
    target: options.target ?? null,
    columns: table.columns.map((column) => column.name),
    image: null,
    scale: null,
    doubts,
    parts: [{ name: "all", data: table, labels, sha256: Promise.resolve(sha256) }],
  };
}

interface Columns {
  readonly columns: readonly GrowingColumn[];
  readonly rows: number;
}

function isParquet(path: string): boolean {
  return /\.parquet$/i.test(path);
}

/** Where a value stands in the file. @param line from 1; of Parquet, which has none, one more than the row */
function placeOf(path: string, line: number): string {
  return isParquet(path) ? `row ${line - 1}` : `line ${line}`;
}

/** Whether its values say what they are, number or text. */
function isTyped(path: string): boolean {
  return isJsonl(path) || isParquet(path);
}

function isJsonl(path: string): boolean {
  return /\.(jsonl|ndjson)(\.gz)?$/i.test(path);
}

async function readColumns(file: StoredFile, path: string, options: TableOptions): Promise<Columns> {
  const missing = ["", ...(options.missing ?? missingTexts)];
  const begin = (name: string): GrowingColumn => {
    if (name === options.target) return createColumn(name, "categorical", true, missing);
    const given = givenKind(name, options);
    if (given === "text" && !isLeftOut(name, options)) return createColumn(name, "categorical", true, [""]);
    return createColumn(
      name,
      isLeftOut(name, options) ? "skipped" : given === "categorical" ? given : "numeric",
      given !== undefined,
      missing,
    );
  };
  checkOptions(path, options);
  if (isJsonl(path)) {
    const columns: GrowingColumn[] = [];
    const rows = await readJsonl(file, (name) => {
      const column = begin(name);
      columns.push(column);
      return column;
    });
    checkNames(
      columns.map(({ name }) => name),
      options,
    );
    return { columns, rows };
  }
  if (isParquet(path)) {
    const { readParquet } = await import("./parquet.ts");
    let columns: readonly GrowingColumn[] = [];
    const rows = await readParquet(
      { byteLength: file.size ?? 0, slice: (start, end = Infinity) => file.slice(start, end) },
      (header) => {
        checkNames(header, options);
        return (columns = header.map(begin));
      },
    );
    return { columns, rows };
  }
  const dialect: CsvDialect = {
    delimiter: options.delimiter ?? (/\.tsv(\.gz)?$/i.test(path) ? "\t" : undefined),
    decimal: options.decimal ?? ".",
  };
  const read = async (first: (name: string) => GrowingColumn): Promise<Columns> => {
    let columns: readonly GrowingColumn[] = [];
    const rows = await readCsv(file, dialect, (header) => {
      checkNames(header, options);
      return (columns = header.map(first));
    });
    return { columns, rows };
  };
  const { columns, rows } = await read(begin);
  const mixed = new Set(columns.filter(({ isMixed }) => isMixed).map(({ name }) => name));
  if (mixed.size === 0) return { columns, rows };
  // The texts of their first rows are gone, since they were numbers: read these columns once more, as texts.
  const again = await read((name) =>
    createColumn(name, mixed.has(name) ? "categorical" : "skipped", false, missing),
  );
  return { columns: columns.map((column, j) => (column.isMixed ? again.columns[j] : column)), rows };
}

function isLeftOut(name: string, { features, exclude, carried }: TableOptions): boolean {
  if (carried?.includes(name)) return false;
  return (exclude?.includes(name) ?? false) || (features !== undefined && !features.includes(name));
}

function givenKind(
  name: string,
  { numeric, categorical, text, kinds }: TableOptions,
): ColumnKind | undefined {
  if (numeric?.includes(name)) return "numeric";
  if (text?.includes(name)) return "text";
  return categorical?.includes(name) ? "categorical" : kinds?.get(name);
}

function checkOptions(path: string, options: TableOptions): void {
  const { target, features, exclude, numeric, categorical, text, delimiter, decimal } = options;
  if (delimiter !== undefined && !/^[\t !#$%&*+,/:;<=>?@^_|~-]$/.test(delimiter))
    throw new InputError(`--delimiter: expected one character, such as ; or a tab, got "${delimiter}"`);
  if (isTyped(path) && (delimiter !== undefined || decimal !== undefined))
    throw new InputError(
      `--${delimiter === undefined ? "decimal" : "delimiter"}: ${isParquet(path) ? "Parquet files have none" : "JSON lines have theirs"}; leave it out`,
    );
  const kinds = { numeric, categorical, text };
  for (const [one, other] of [
    ["numeric", "categorical"],
    ["numeric", "text"],
    ["categorical", "text"],
  ] as const) {
    const both = kinds[one]?.find((name) => kinds[other]?.includes(name));
    if (both !== undefined)
      throw new InputError(`--${one} and --${other}: a column is one or the other, got "${both}" in both`);
  }
  const unread = text?.find((name) => isLeftOut(name, options));
  if (unread !== undefined)
    throw new InputError(
      `--text: "${unread}" is left out by --${exclude?.includes(unread) ? "exclude" : "features"}`,
    );
  for (const [option, names] of Object.entries({ features, exclude, numeric, text }))
    if (target !== undefined && names?.includes(target))
      throw new InputError(`--${option}: "${target}" is the target, expected other columns`);
}

function checkNames(names: readonly string[], options: TableOptions): void {
  const known = new Set(names);
  const { target, features, exclude, numeric, categorical, text } = options;
  for (const [option, wanted] of Object.entries({
    target: [target],
    features,
    exclude,
    numeric,
    categorical,
    text,
    carried: options.carried,
  })) {
    const lost = wanted?.find((name) => name !== undefined && !known.has(name));
    if (lost !== undefined)
      throw new InputError(
        `${option === "target" || option === "carried" ? "" : `--${option}: `}there is no column "${lost}"${didYouMean(lost, names) || `; there are ${shortList(names)}`}`,
      );
  }
  const isLearned = (name: string): boolean =>
    name !== target && !options.carried?.includes(name) && !isLeftOut(name, options);
  if (!names.some(isLearned))
    throw new InputError(
      features || exclude
        ? "--features and --exclude leave no column"
        : "there is no column beside the target",
    );
}

function collect({ columns, rows }: Columns, path: string, options: TableOptions): Omit<TableFile, "sha256"> {
  const target = columns.find(({ name }) => name === options.target);
  const features = columns.filter((column) => column !== target && column.kind !== "skipped");
  const learned = features.filter(({ name }) => !options.carried?.includes(name));
  const doubts = [
    target && !options.classes ? doubtOfTarget(target, rows) : null,
    ...learned.map(
      (column) =>
        (isTyped(path) ? null : doubtOfNumbers(column, rows, options.decimal ?? ".")) ??
        (isParquet(path) ? doubtOfIndex(column) : null) ??
        doubtOfCategories(column, rows),
    ),
  ];
  return {
    table: { rows, columns: features.map((column) => finishColumn(column, rows)) },
    labels: target ? labelsIn(target, rows, path, options.classes) : null,
    doubts: doubts.filter((doubt) => doubt !== null),
  };
}

/** @throws InputError when a row has no class, or one that is not in `classes` */
function labelsIn(
  target: GrowingColumn,
  rows: number,
  path: string,
  classes: readonly string[] | undefined,
): Labels {
  const { name, categories, firstLines, firstMissingLine } = target;
  const codes = target.codes.subarray(0, rows);
  if (firstMissingLine > 0) {
    const others = codes.reduce((sum, code) => sum + (code < 0 ? 1 : 0), -1);
    const known = { classes: categories, indices: codes.filter((code) => code >= 0) };
    const isOfLists = severalLabelsAdvice(known) !== null;
    throw new InputError(
      `${placeOf(path, firstMissingLine)}, column "${name}": the class is missing${others > 0 ? `, and in ${count(others)} more ${others === 1 ? "row" : "rows"}` : ""}; fill it in, or take such rows out${isOfLists ? ', or, if it lists labels, give --labels ";"' : ""}`,
    );
  }
  const strange = classes ? categories.findIndex((category) => !classes.includes(category)) : -1;
  if (strange >= 0)
    throw new InputError(
      `${placeOf(path, firstLines[strange])}, column "${name}": expected one of ${shortList(classes ?? [])}, got "${categories[strange]}"`,
    );
  const places = labelsOf(categories, classes ?? sortClasses(categories));
  return { classes: places.classes, indices: codes.map((code) => places.indices[code]) };
}

function doubtOfTarget({ name, categories }: GrowingColumn, rows: number): string | null {
  const { length } = categories;
  return length > mostCategories || (2 * length > rows && length >= fewestNames)
    ? `column "${name}": ${count(length)} different values in ${count(rows)} rows are no classes; name another target, or the classes with --classes`
    : null;
}

/** A column of texts that look as if they were meant as numbers. */
function doubtOfNumbers(column: GrowingColumn, rows: number, decimal: "." | ","): string | null {
  const { name, isGiven, kind, categories, firstLines } = column;
  const text = categories.findIndex((each) => !isNumber(each, decimal));
  if (isGiven || kind === "numeric" || text < 0) return null;
  const got = `got "${excerpt(categories[text])}"`;
  const place = `line ${firstLines[text]}, column "${name}"`;
  if (decimal === "." && categories.every((each) => isNumber(each, ".") || isNumber(each, ",")))
    return `${place}: expected a decimal point, ${got}; read numbers with a decimal comma with --decimal ,`;
  const rowsOf = countCategories(column, rows);
  const present = rowsOf.reduce((sum, each) => sum + each, 0);
  const numbers = rowsOf.reduce((sum, each, k) => sum + (isNumber(categories[k], decimal) ? each : 0), 0);
  return numbers >= numericShare * present
    ? `${place}: expected a number, as in ${count(numbers)} of ${count(present)} rows, ${got}; correct it, name it with --missing if it stands for a missing value, or say --categorical ${quote(name)}`
    : null;
}

/** The numbers of the rows, which pandas writes beside the columns where they are not just 0, 1, 2, … */
function doubtOfIndex({ name, isGiven }: GrowingColumn): string | null {
  return /^__index_level_\d+__$/.test(name) && !isGiven
    ? `column "${name}": this is the index that pandas wrote, hardly a column to learn from; leave it out with --exclude ${name}, or say --numeric or --categorical if it is meant`
    : null;
}

/** A column that is hardly one of categories. */
function doubtOfCategories(column: GrowingColumn, rows: number): string | null {
  const { name, isGiven, kind, categories, missing } = column;
  const leaveOut = `leave it out with --exclude ${quote(name)}`;
  const isEmpty =
    kind === "numeric" ? missing !== null && !missing.subarray(0, rows).includes(0) : categories.length === 0;
  if (isEmpty) return `column "${name}": no row has a value; ${leaveOut}`;
  if (isGiven || kind === "numeric") return null;
  const { length } = categories;
  if (length > mostCategories)
    return `column "${name}": ${count(length)} different texts are too many for categories; ${leaveOut}, count its words with --text ${quote(name)}, or say --categorical ${quote(name)} if they are meant`;
  return length >= fewestNames && countCategories(column, rows).every((each) => each === 1)
    ? `column "${name}": no text comes twice, so it tells nothing of other rows; ${leaveOut}, or count its words with --text ${quote(name)}`
    : null;
}

/** The rows of each category. */
function countCategories({ categories, codes }: GrowingColumn, rows: number): Int32Array {
  const counts = new Int32Array(categories.length);
  for (const code of codes.subarray(0, rows)) if (code >= 0) counts[code]++;
  return counts;
}

function isNumber(text: string, decimal: "." | ","): boolean {
  return !Number.isNaN(numberOf(text, decimal));
}
