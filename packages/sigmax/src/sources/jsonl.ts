import { InputError } from "@sigmax/core";
import { putMissing, putText, reserve, type GrowingColumn } from "./columns.ts";
import { decodeUtf8 } from "./csv.ts";
import { numberOf } from "./decimal.ts";
import type { FileStream } from "./stream.ts";
import { excerpt, quote } from "./suggest.ts";

/**
 * Reads JSON lines: one object a line, its fields the columns. Numbers are numeric; texts are categories, also
 * where one reads like a number, and so are true and false. A field that is null or not there is missing.
 *
 * @param begin gives the column of a name, when it comes up first
 * @returns the number of rows
 * @throws InputError that names the line, and the column where there is one
 */
export async function readJsonl(file: FileStream, begin: (name: string) => GrowingColumn): Promise<number> {
  const columns = new Map<string, JsonColumn>();
  let capacity = 0;
  let row = 0;
  let firstLine = 0;

  const columnOf = (name: string, line: number): JsonColumn => {
    if (name === "") throw new InputError(`line ${line}: a field has no name; give it one`);
    const column = begin(name);
    reserve(column, capacity);
    for (let before = 0; before < row; before++) putMissing(column, before, firstLine);
    const found = { column, type: null, rows: row };
    columns.set(name, found);
    return found;
  };

  await eachLine(file, (bytes, line) => {
    const text = decodeUtf8(bytes, () => `line ${line}`);
    if (text.trim() === "") return;
    if (row === 0) firstLine = line;
    if (row === capacity) {
      capacity = Math.max(1024, Math.ceil(1.5 * capacity));
      for (const { column } of columns.values()) reserve(column, capacity);
    }
    for (const [name, value] of Object.entries(parseObject(text, line))) {
      const found = columns.get(name) ?? columnOf(name, line);
      put(found, row, value, line);
      found.rows = row + 1;
    }
    for (const { column, rows } of columns.values()) if (rows <= row) putMissing(column, row, line);
    row++;
  });
  if (row === 0) throw new InputError("the file is empty, expected one JSON object a line");
  return row;
}

interface JsonColumn {
  readonly column: GrowingColumn;
  /** Of all values so far; null where they are missing. */
  type: "number" | "string" | "boolean" | null;
  /** One more than the last row that named it. */
  rows: number;
}

function put(found: JsonColumn, row: number, value: unknown, line: number): void {
  const { column } = found;
  if (column.kind === "skipped") return;
  const place = `line ${line}, column "${column.name}"`;
  if (value === null) return putMissing(column, row, line);
  if (typeof value !== "number" && typeof value !== "string" && typeof value !== "boolean")
    throw new InputError(
      `${place}: expected a number, a text, true, false or null, got ${Array.isArray(value) ? "a list" : "an object"}; make columns of what it holds, or leave it out with --exclude ${quote(column.name)}`,
    );
  if (typeof value === "number" && !Number.isFinite(value))
    throw new InputError(`${place}: expected a finite number, got one beyond float64`);
  if (typeof value === "number" && column.missingNumbers.has(value)) return putMissing(column, row, line);
  if (typeof value === "string" && column.codeOf.get(value.trim()) === -1)
    return putMissing(column, row, line);
  if (column.isGiven && column.kind === "numeric") {
    const number = typeof value === "string" ? numberOf(value.trim()) : Number(value);
    if (Number.isNaN(number) || typeof value === "boolean")
      throw new InputError(`${place}: expected a number, got ${excerpt(JSON.stringify(value))}`);
    column.values[row] = number;
    return;
  }
  const type = typeof value === "number" ? "number" : typeof value === "string" ? "string" : "boolean";
  if (!column.isGiven && found.type !== null && found.type !== type)
    throw new InputError(
      `${place}: the rows above hold ${plurals[found.type]}, got ${excerpt(JSON.stringify(value))}; write all alike, or say --categorical ${quote(column.name)}`,
    );
  found.type = type;
  if (typeof value === "number" && column.kind === "numeric") column.values[row] = value;
  else putText(column, row, String(value), line);
}

const plurals = { number: "numbers", string: "texts", boolean: "true and false" };

function parseObject(text: string, line: number): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`line ${line}: expected a JSON object, got what is not JSON (${excerpt(reason)})`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new InputError(
    `line ${line}: expected one JSON object a line, like {"width": 1.5, "color": "red"}, got ${excerpt(text.trim())}`,
  );
}

/** A line of more bytes than this is none. */
const longestLine = 64 * 2 ** 20;

async function eachLine(file: FileStream, use: (bytes: Buffer, line: number) => void): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  let line = 1;
  for await (const piece of file.pieces()) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const hasMark = line === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    let start = hasMark ? 3 : 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      use(bytes.subarray(start, end), line++);
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > longestLine)
      throw new InputError(`line ${line}: a line of more than 64 MB; expected one JSON object a line`);
  }
  if (rest.length > 0) use(rest, line);
}
