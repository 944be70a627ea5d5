import { InputError } from "@sigmax/core";
import { putMissing, putText, reserve, type GrowingColumn } from "./columns.ts";
import { numberOf, readDecimal, type Cursor } from "./decimal.ts";
import type { FileStream } from "./stream.ts";

/** How a file sets its fields apart and writes its numbers. */
export interface CsvDialect {
  /** Undefined: whichever of , ; tab and | stands most often in the header. */
  readonly delimiter?: string | undefined;
  readonly decimal: "." | ",";
}

const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const quotationMark = 34;

/** A record of more bytes than this is taken for a quotation mark without its partner. */
const longestRecord = 1 << 26;

/**
 * Reads CSV as RFC 4180 has it: fields may stand in quotation marks, and then hold delimiters, line breaks and
 * doubled quotation marks. Beyond it: lines end in LF or CR LF, empty lines are passed over, a byte order mark
 * too, and blanks around a field are no part of it unless quoted.
 *
 * @param begin is told the header and gives the columns, in its order
 * @returns the number of rows below the header
 * @throws InputError that names the line, and the column where it can
 */
export async function readCsv(
  file: FileStream,
  dialect: CsvDialect,
  begin: (header: readonly string[]) => readonly GrowingColumn[],
): Promise<number> {
  const scanner = createScanner(dialect, begin);
  let rest: Buffer = Buffer.alloc(0);
  let bytesRead = 0;
  for await (const piece of file.pieces()) {
    if (file.size !== null && bytesRead > 0) scanner.expect((bytesRead - rest.length) / file.size);
    bytesRead += piece.length;
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const end = bytes.lastIndexOf(lineFeed) + 1;
    rest = bytes.subarray(end === 0 ? 0 : scanner.scan(bytes, end));
    if (rest.length > longestRecord)
      throw new InputError(
        `line ${scanner.line}: a row of more than 64 MB; is a quotation mark without its partner?`,
      );
  }
  if (rest.length > 0) {
    const bytes = rest.at(-1) === lineFeed ? rest : Buffer.concat([rest, Buffer.from("\n")]);
    if (scanner.scan(bytes, bytes.length) < bytes.length)
      throw new InputError(`line ${scanner.quotedLine}: a quotation mark has no partner`);
  }
  return scanner.finish();
}

interface Scanner {
  /** Of the first record that has not been read whole, from 1. */
  readonly line: number;
  /** Where the last quoted field began. */
  readonly quotedLine: number;
  /**
   * @param end how many bytes to look at; the last of them is a line feed
   * @returns where the first record begins that goes on beyond them
   */
  scan(bytes: Buffer, end: number): number;
  /** Tells what share of the file has been read, so that room is made for all rows at once. */
  expect(share: number): void;
  /** The number of rows. */
  finish(): number;
}

function createScanner(
  { delimiter: given, decimal }: CsvDialect,
  begin: (header: readonly string[]) => readonly GrowingColumn[],
): Scanner {
  const point = decimal.charCodeAt(0);
  const cursor: Cursor = { at: 0 };
  let columns: readonly GrowingColumn[] = [];
  let lanes: (Float64Array | null)[] = []; // where the plain numbers of each column go
  let delimiter = given?.charCodeAt(0) ?? 0;
  let hasHeader = false;
  let isFirst = true; // nothing has been read
  let line = 1; // where the record begins
  let fieldLine = 1; // where the field ends that is being read
  let quotedLine = 1;
  let row = 0;
  let capacity = 0;
  let expectedRows = 0;

  /** " in column "a"", once there are names. */
  const place = (j: number): string =>
    `line ${fieldLine}${j < columns.length ? `, column "${columns[j].name}"` : ""}`;

  /** The field at the cursor, which then stands behind it; undefined when it goes on beyond `end`. */
  function readField(bytes: Buffer, end: number, j: number, isWanted = true): string | undefined {
    let at = cursor.at;
    while (isBlank(bytes[at])) at++;
    if (bytes[at] === quotationMark) return readQuoted(bytes, at + 1, end, j);
    const start = at;
    while (bytes[at] !== delimiter && bytes[at] !== lineFeed) at++;
    if (bytes[at] === lineFeed && at > start && bytes[at - 1] === carriageReturn) at--;
    cursor.at = at;
    if (!isWanted) return "";
    while (at > start && isBlank(bytes[at - 1])) at--;
    return decode(bytes, start, at, j);
  }

  function readQuoted(bytes: Buffer, start: number, end: number, j: number): string | undefined {
    quotedLine = fieldLine;
    let hasDoubled = false;
    let at = start;
    for (; ; at++) {
      if (at >= end) return undefined;
      if (bytes[at] === lineFeed) fieldLine++;
      else if (bytes[at] === quotationMark) {
        if (bytes[at + 1] !== quotationMark) break;
        hasDoubled = true;
        at++;
      }
    }
    const text = decode(bytes, start, at, j);
    at++;
    while (isBlank(bytes[at])) at++;
    if (bytes[at] !== delimiter && !endsLine(bytes, at))
      throw new InputError(
        `${place(j)}: a quoted text must be followed by a delimiter or the line's end, and quotation marks in it be doubled`,
      );
    cursor.at = at;
    return hasDoubled ? text.replaceAll('""', '"') : text;
  }

  function isBlank(byte: number): boolean {
    return byte === space || (byte === 9 && delimiter !== 9);
  }

  function decode(bytes: Buffer, start: number, end: number, j: number): string {
    for (let at = start; at < end; at++)
      if (bytes[at] >= 128 || bytes[at] === 0) return decodeWide(bytes.subarray(start, end), place(j));
    return bytes.toString("latin1", start, end);
  }

  /** The header, or undefined when it goes on beyond `end`. */
  function readHeader(bytes: Buffer, end: number): string[] | undefined {
    if (given === undefined) delimiter = likeliestDelimiter(bytes, cursor.at, end);
    const header: string[] = [];
    for (;;) {
      const name = readField(bytes, end, header.length);
      if (name === undefined) return undefined;
      header.push(name);
      if (bytes[cursor.at] !== delimiter) return header;
      cursor.at++;
    }
  }

  /** What the plain way of the loop below does not do. Returns false when the field goes on beyond `end`. */
  function readSlowly(bytes: Buffer, end: number, column: GrowingColumn, j: number): boolean {
    const text = readField(bytes, end, j, column.kind !== "skipped");
    if (text === undefined) return false;
    if (column.kind === "numeric") {
      const value = numberOf(text, decimal);
      if (!Number.isNaN(value)) column.values[row] = value;
      else if (column.codeOf.has(text)) putMissing(column, row, fieldLine);
      else if (column.isGiven)
        throw new InputError(`${place(j)}: expected a number, got "${excerpt(text)}"`);
      else putText(column, row, text, fieldLine);
    } else putText(column, row, text, fieldLine);
    return true;
  }

  function refuseRagged(bytes: Buffer, end: number, start: number): boolean {
    cursor.at = start;
    fieldLine = line;
    for (let count = 1; ; count++) {
      if (readField(bytes, end, columns.length, false) === undefined) return false;
      if (bytes[cursor.at++] !== delimiter)
        throw new InputError(
          `line ${line} has ${count} ${count === 1 ? "field" : "fields"}, the header has ${columns.length}`,
        );
    }
  }

  function scan(bytes: Buffer, end: number): number {
    let at = 0;
    if (isFirst) {
      isFirst = false;
      at = skipMark(bytes);
    }
    while (at < end) {
      fieldLine = line;
      if (endsLine(bytes, at)) at += bytes[at] === lineFeed ? 1 : 2;
      else {
        const next = hasHeader ? readRecord(bytes, at, end) : begin_(bytes, at, end);
        if (next < 0) return at;
        at = next;
      }
      line = fieldLine + 1;
    }
    return at;
  }

  function begin_(bytes: Buffer, start: number, end: number): number {
    cursor.at = start;
    const header = readHeader(bytes, end);
    if (header === undefined) return -1;
    checkHeader(header, line);
    columns = begin(header);
    lanes = columns.map(() => null);
    hasHeader = true;
    return cursor.at + (bytes[cursor.at] === lineFeed ? 1 : 2);
  }

  /** Reads one record; returns where the next one begins, or −1 when this one goes on beyond `end`. */
  function readRecord(bytes: Buffer, start: number, end: number): number {
    if (row === capacity) {
      capacity = Math.max(1024, Math.ceil(1.5 * capacity), expectedRows);
      columns.forEach((column, j) => {
        reserve(column, capacity);
        lanes[j] = column.kind === "numeric" ? column.values : null;
      });
    }
    const last = columns.length - 1;
    let at = start;
    for (let j = 0; ; j++) {
      const lane = lanes[j];
      cursor.at = at;
      const value = lane === null ? Number.NaN : readDecimal(bytes, cursor, point);
      let byte = bytes[cursor.at];
      if (lane !== null && value - value === 0 && (byte === delimiter || endsLine(bytes, cursor.at))) {
        lane[row] = value;
      } else {
        cursor.at = at;
        const column = columns[j];
        if (!readSlowly(bytes, end, column, j)) return -1;
        if (column.kind !== "numeric") lanes[j] = null;
        byte = bytes[cursor.at];
      }
      at = cursor.at;
      if ((byte === delimiter) === (j === last) && !refuseRagged(bytes, end, start)) return -1;
      if (j === last) break;
      at++;
    }
    row++;
    return at + (bytes[at] === lineFeed ? 1 : 2);
  }

  return {
    get line() {
      return line;
    },
    get quotedLine() {
      return quotedLine;
    },
    scan,
    expect(share) {
      expectedRows = Math.ceil((1.02 * row) / share);
    },
    finish() {
      if (!hasHeader) throw new InputError("the file is empty, expected a header and rows");
      if (row === 0) throw new InputError("there are no rows below the header");
      return row;
    },
  };
}

function endsLine(bytes: Buffer, at: number): boolean {
  return bytes[at] === lineFeed || (bytes[at] === carriageReturn && bytes[at + 1] === lineFeed);
}

/** Behind the byte order mark, where there is one. */
function skipMark(bytes: Buffer): number {
  const [a, b, c] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff))
    throw new InputError("the text is in UTF-16; save it as UTF-8");
  return a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0;
}

/** Whichever of , ; tab and | stands most often in the first record, outside quotation marks; a comma where none does. */
function likeliestDelimiter(bytes: Buffer, start: number, end: number): number {
  const counts = new Map([",", ";", "\t", "|"].map((delimiter) => [delimiter.charCodeAt(0), 0]));
  let isQuoted = false;
  for (let at = start; at < end && (isQuoted || bytes[at] !== lineFeed); at++) {
    const count = counts.get(bytes[at]);
    if (bytes[at] === quotationMark) isQuoted = !isQuoted;
    else if (count !== undefined && !isQuoted) counts.set(bytes[at], count + 1);
  }
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best))[0];
}

function checkHeader(header: readonly string[], line: number): void {
  const where = `line ${line}`;
  if (header.some((name) => name.includes("\r")))
    throw new InputError(
      `${where}: lines end in a carriage return alone, as on old Macs; save the file with line feeds`,
    );
  const empty = header.indexOf("");
  if (empty >= 0)
    throw new InputError(
      `${where}: column ${empty + 1} of ${header.length} has no name; give it one${empty === 0 ? ", or leave it out if it only numbers the rows" : ""}`,
    );
  const seen = new Map<string, number>();
  header.forEach((name, j) => {
    const before = seen.get(name);
    if (before !== undefined)
      throw new InputError(
        `two columns are named "${excerpt(name)}", the ${before + 1}th and the ${j + 1}th${Number.isNaN(numberOf(name)) ? "" : "; is the header missing?"}`,
      );
    seen.set(name, j);
  });
}

/** The text of bytes that are not all ASCII. */
function decodeWide(bytes: Buffer, place: string): string {
  try {
    if (!bytes.includes(0)) return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // said below
  }
  throw new InputError(`${place}: not a text in UTF-8; save the file as UTF-8`);
}

/** The beginning of a text, for messages. */
export function excerpt(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
