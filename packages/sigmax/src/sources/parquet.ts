import { InputError } from "@sigmax/core";
import {
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type AsyncBuffer,
  type ColumnData,
  type FileMetaData,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { count } from "../output.ts";
import { putMissing, putText, reserve, type GrowingColumn } from "./columns.ts";
import { numberOf } from "./decimal.ts";
import { isSystemError } from "./files.ts";
import {
  boundsOf,
  readingOf,
  textParsers,
  withPlainDecimals,
  type Bounds,
  type Reading,
} from "./parquet-types.ts";
import { excerpt, quote } from "./suggest.ts";

type Values = ColumnData["columnData"];

/**
 * Reads a Parquet file, one column of one row group at a time. What stands in it becomes what it would in a CSV
 * export: whole, decimal and floating numbers are numeric; texts, dates and true or false are categories.
 * A null is missing, and so is NaN, as which pandas writes it. Nested columns cannot be read, only left out.
 *
 * @param begin gives a column for each name of the header
 * @returns the number of rows
 * @throws InputError that names the row, counted from 0, and the column where there is one
 */
export async function readParquet(
  file: AsyncBuffer,
  begin: (names: readonly string[]) => readonly GrowingColumn[],
): Promise<number> {
  await checkMagic(file);
  const metadata = await unlessDamaged(() => parquetMetadataAsync(file, { geoparquet: false }));
  const { children } = await unlessDamaged(() => parquetSchema(metadata));
  const names = children.map(({ element }) => element.name);
  checkNames(names);
  const groups = metadata.row_groups.map(({ num_rows }) => Number(num_rows));
  const rows = groups.reduce((sum, each) => sum + each, 0);
  if (rows === 0 && Number(metadata.num_rows) === 0) throw new InputError("the file has no rows");
  if (rows !== Number(metadata.num_rows) || groups.some((each) => each < 0))
    throw damaged(`${count(rows)} rows in its groups, not ${count(Number(metadata.num_rows))}`);
  const columns = begin(names);
  const plain = withPlainDecimals(metadata);
  for (const [j, column] of columns.entries()) {
    if (column.kind === "skipped") continue;
    const { element, children: parts } = children[j];
    const reading = readingOf(element, parts.length > 0);
    if (reading.kind === "unreadable")
      throw new InputError(
        `column "${column.name}": expected numbers, texts, dates or true and false, got ${reading.what}; make columns of what it holds, or leave it out with --exclude ${quote(column.name)}`,
      );
    await readColumn(file, plain, column, reading, groups);
  }
  return rows;
}

async function checkMagic(file: AsyncBuffer): Promise<void> {
  if (file.byteLength === 0) throw new InputError("the file is empty, expected Parquet");
  const magic = Buffer.from(await file.slice(0, 4)).toString("latin1");
  if (magic === "PARE") throw new InputError("the file is encrypted; write it again without encryption");
  if (magic !== "PAR1")
    throw new InputError(`this is not Parquet: it begins with ${JSON.stringify(magic)}, expected "PAR1"`);
  const end = Buffer.from(await file.slice(Math.max(0, file.byteLength - 4), file.byteLength));
  if (file.byteLength < 12 || end.toString("latin1") !== "PAR1")
    throw new InputError("the Parquet data end early; get the file again");
}

function checkNames(names: readonly string[]): void {
  const empty = names.indexOf("");
  if (empty >= 0) throw new InputError(`column ${empty + 1} of ${names.length} has no name; give it one`);
  const twice = names.find((name, j) => names.indexOf(name) < j);
  if (twice !== undefined)
    throw new InputError(`two columns are named "${twice}"; give them different names`);
}

async function readColumn(
  file: AsyncBuffer,
  metadata: FileMetaData,
  column: GrowingColumn,
  reading: Reading,
  groups: readonly number[],
): Promise<void> {
  const { name } = column;
  const rows = groups.reduce((sum, each) => sum + each, 0);
  await unlessDamaged(() => reserve(column, rows));
  let start = 0;
  for (const [g, groupRows] of groups.entries()) {
    const chunks: Values[] = [];
    await unlessDamaged(() =>
      parquetRead({
        file,
        metadata,
        columns: [name],
        rowStart: start,
        rowEnd: start + groupRows,
        compressors,
        parsers: textParsers,
        utf8: false,
        geoparquet: false,
        onChunk: ({ columnData }) => chunks.push(columnData),
      }),
    );
    const found = chunks.reduce((sum, { length }) => sum + length, 0);
    if (found !== groupRows)
      throw damaged(`column "${name}" has ${count(found)} rows, expected ${count(groupRows)}`);
    const chunk = metadata.row_groups[g].columns.find(
      ({ meta_data }) => meta_data?.path_in_schema[0] === name,
    );
    const bounds = reading.kind === "number" && !reading.isDecimal ? boundsOf(chunk?.meta_data) : null;
    if (bounds) for (const values of chunks) checkBounds(name, values, bounds);
    for (const values of chunks) {
      for (let i = 0; i < values.length; i++) put(column, start + i, values[i], reading);
      start += values.length;
    }
  }
}

function checkBounds(name: string, values: Values, [low, high]: Bounds): void {
  for (const value of values) {
    if (value !== null && value !== undefined && (value < low || value > high))
      throw new InputError(
        `column "${name}": read ${value} where the file says ${low} to ${high}, so it is damaged or of a rare kind; write it again with default settings`,
      );
  }
}

function put(column: GrowingColumn, row: number, value: unknown, reading: Reading): void {
  const line = row + 1; // where a line is named, "row" counts from 0
  if (value === null || (typeof value === "number" && Number.isNaN(value)))
    return putMissing(column, row, line);
  if (value === undefined) throw damaged(`column "${column.name}" has no value at row ${row}`);
  if (reading.kind === "number") {
    const number = reading.numberOf(value);
    if (column.missingNumbers.has(number)) return putMissing(column, row, line);
    if (column.kind !== "numeric") return putText(column, row, reading.textOf(value), line);
    if (!Number.isFinite(number)) throw notFinite(column.name, row, number);
    column.values[row] = number;
    return;
  }
  const text = reading.textOf(value)?.trim();
  if (text === undefined)
    throw new InputError(`row ${row}, column "${column.name}": expected text in UTF-8, got other bytes`);
  if (column.codeOf.get(text) === -1) return putMissing(column, row, line);
  if (!column.isGiven || column.kind !== "numeric") return putText(column, row, text, line);
  const number = numberOf(text);
  if (Number.isNaN(number))
    throw new InputError(`row ${row}, column "${column.name}": expected a number, got "${excerpt(text)}"`);
  column.values[row] = number;
}

function notFinite(name: string, row: number, number: number): InputError {
  return new InputError(
    `row ${row}, column "${name}": expected a finite number, got ${number}; correct it, or leave the column out with --exclude ${quote(name)}`,
  );
}

/** What hyparquet throws at bytes that make no sense is of any kind; what the system throws is no damage. */
async function unlessDamaged<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InputError || isSystemError(error)) throw error;
    const { message } = error instanceof Error ? error : { message: "" };
    const known = message.startsWith("parquet ") ? excerpt(message.slice("parquet ".length)) : "";
    if (known.startsWith("unsupported"))
      throw new InputError(
        `this Parquet file is of a rare kind (${known}); write it again with zstd or snappy`,
      );
    throw damaged(known);
  }
}

function damaged(what: string): InputError {
  return new InputError(`the Parquet data are damaged${what === "" ? "" : ` (${what})`}; get the file again`);
}
