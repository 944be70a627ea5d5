import { InputError } from "@sigmax/core";
import type { TableColumn } from "@sigmax/core/data";
import { numberOf } from "./decimal.ts";
import { quote } from "./suggest.ts";

/**
 * A column while its file is read. Values come row by row, and what kind they are of may still turn out. To
 * put the same value into the same row again changes nothing.
 */
export interface GrowingColumn {
  readonly name: string;
  /** The caller named the kind, so no value can change it. */
  readonly isGiven: boolean;
  kind: "numeric" | "categorical" | "skipped";
  /** Numbers came first and a text later: the rows must be read again, with this column as categories. */
  isMixed: boolean;
  values: Float64Array;
  missing: Uint8Array | null;
  codes: Int32Array;
  /** Each text's category; −1 for texts that stand for a missing value. */
  readonly codeOf: Map<string, number>;
  /** Numbers that stand for a missing value, where numbers come as such and not as texts. */
  readonly missingNumbers: ReadonlySet<number>;
  readonly categories: string[];
  /** The line where each category was first seen. */
  readonly firstLines: number[];
  /** 0 as long as no value is missing. */
  firstMissingLine: number;
}

/** Beyond so many, a column of texts is none of categories, and its dictionary no longer a small thing. */
const mostTexts = 1_000_000;

/** @param missing the texts that stand for a missing value */
export function createColumn(
  name: string,
  kind: GrowingColumn["kind"],
  isGiven: boolean,
  missing: readonly string[],
): GrowingColumn {
  return {
    name,
    isGiven,
    kind,
    isMixed: false,
    values: new Float64Array(),
    missing: null,
    codes: new Int32Array(),
    codeOf: new Map(missing.map((text) => [text, -1])),
    missingNumbers: new Set(missing.map((text) => numberOf(text)).filter((value) => !Number.isNaN(value))),
    categories: [],
    firstLines: [],
    firstMissingLine: 0,
  };
}

/** Room for so many rows; what is there stays. */
export function reserve(column: GrowingColumn, rows: number): void {
  if (column.kind === "numeric") {
    column.values = enlarge(column.values, new Float64Array(rows));
    column.missing &&= enlarge(column.missing, new Uint8Array(rows));
  } else if (column.kind === "categorical") column.codes = enlarge(column.codes, new Int32Array(rows));
}

function enlarge<A extends Float64Array | Int32Array | Uint8Array>(from: A, output: A): A {
  output.set(from);
  return output;
}

export function putMissing(column: GrowingColumn, row: number, line: number): void {
  if (column.kind === "skipped") return;
  if (column.firstMissingLine === 0) column.firstMissingLine = line;
  if (column.kind === "categorical") column.codes[row] = -1;
  else {
    column.values[row] = 0;
    column.missing ??= new Uint8Array(column.values.length);
    column.missing[row] = 1;
  }
}

/**
 * A text that is no number. A column of numbers becomes mixed; one that had nothing but missing values so far
 * becomes categorical.
 *
 * @throws InputError when there are more different texts than categories can be
 */
export function putText(column: GrowingColumn, row: number, text: string, line: number): void {
  if (column.kind === "skipped") return;
  if (column.kind === "numeric") {
    const { values, missing } = column;
    column.values = new Float64Array();
    column.missing = null;
    column.isMixed = missing ? missing.subarray(0, row).includes(0) : row > 0;
    column.kind = column.isMixed ? "skipped" : "categorical";
    if (column.isMixed) return;
    column.codes = new Int32Array(values.length).fill(-1, 0, row);
  }
  let code = column.codeOf.get(text);
  if (code === undefined) {
    code = column.categories.length;
    if (code === mostTexts)
      throw new InputError(
        `column "${column.name}": more than ${mostTexts.toLocaleString("en-US")} different texts are no categories; leave the column out with --exclude ${quote(column.name)}`,
      );
    column.codeOf.set(text, code);
    column.categories.push(text);
    column.firstLines.push(line);
  }
  column.codes[row] = code;
  if (code < 0 && column.firstMissingLine === 0) column.firstMissingLine = line;
}

/** The column as the rest of the world takes it, without the room for more rows unless that is little. */
export function finishColumn(column: GrowingColumn, rows: number): TableColumn {
  const { name, categories, missing } = column;
  return column.kind === "categorical"
    ? { kind: "categorical", name, categories, codes: trim(column.codes, rows) }
    : { kind: "numeric", name, values: trim(column.values, rows), missing: missing && trim(missing, rows) };
}

/** Room for a few more rows is not worth a copy. */
function trim<A>(all: Trimmable<A>, rows: number): A {
  return all.length <= 1.1 * rows ? all.subarray(0, rows) : all.slice(0, rows);
}

interface Trimmable<A> {
  readonly length: number;
  subarray(start: number, end: number): A;
  slice(start: number, end: number): A;
}
