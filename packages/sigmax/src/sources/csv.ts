import { InputError } from "@sigmax/core";
import { putMissing, putText, reserve, type GrowingColumn } from "./columns.ts";
import { numberOf, readDecimal, type Cursor } from "./decimal.ts";
import { excerpt } from "./suggest.ts";
import type { FileStream } from "./stream.ts";

/** How a file sets its fields apart and writes its numbers. */
export interface CsvDialect {
  /** Undefined: whichever of , ; tab and | stands most often in the header. */
  readonly delimiter: string | undefined;
  readonly decimal: "." | ",";
}

const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const quotationMark = 34;

/** A record of more bytes is taken for a quotation mark without its partner. */
const longestRecord = 64 * 2 ** 20;

/**
 * Reads CSV as RFC 4180 has it: a field may stand in quotation marks, and then holds delimiters, line breaks
 * and doubled quotation marks. Beyond it, lines end in LF or CR LF, a byte order mark and empty lines are
 * passed over, and blanks around a field are no part of it.
 *
 * @param begin is told the header and gives the columns, in its order
 * @returns the number of rows
 * @throws InputError that names the line in the file, and the column where there is one
 */
export async function readCsv(
  file: FileStream,
  dialect: CsvDialect,
  begin: (header: readonly string[]) => readonly GrowingColumn[],
): Promise<number> {
  const scanner = createScanner(dialect, begin);
  let rest: Buffer = Buffer.alloc(0); // a record that goes on
  let waiting: Buffer[] = []; // and what came after it
  let bytesRead = 0;
  for await (const piece of file.pieces()) {
    bytesRead += piece.length;
    waiting.push(piece);
    const length = waiting.reduce((sum, each) => sum + each.length, rest.length);
    // A record of many pieces is looked at anew when it has doubled, so that a long one takes no time squared.
    if (length < 2 * rest.length && length <= longestRecord) continue;
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, ...waiting]);
    waiting = [];
    const end = bytes.lastIndexOf(lineFeed) + 1;
    rest = end === 0 ? bytes : bytes.subarray(scanner.scan(bytes, end));
    if (rest.length > longestRecord)
      throw new InputError(
        `line ${scanner.line}: a row of more than 64 MB; does a quotation mark lack its partner?`,
      );
    if (file.size !== null && bytesRead > rest.length) scanner.expect((bytesRead - rest.length) / file.size);
  }
  if (rest.length > 0) {
    const isWhole = waiting.length === 0 && rest.at(-1) === lineFeed;
    const bytes = isWhole ? rest : Buffer.concat([rest, ...waiting, Buffer.from("\n")]);
    if (scanner.scan(bytes, bytes.length) < bytes.length)
      throw new InputError(`line ${scanner.quotedLine}: a quotation mark has no partner`);
  }
  if (scanner.rows === null) throw new InputError("the file is empty, expected a header and rows");
  if (scanner.rows === 0) throw new InputError("there are no rows below the header");
  return scanner.rows;
}

interface Scanner {
  /** Null as long as there was no header. */
  readonly rows: number | null;
  /** Of the first record that has not been read whole, from 1. */
  readonly line: number;
  /** Where the last quoted field began. */
  readonly quotedLine: number;
  /**
   * @param end how many bytes to look at; the last of them is a line feed
   * @returns where the first record begins that goes on beyond them; it will be read again
   */
  scan(bytes: Buffer, end: number): number;
  /** Tells what share of the file has been read, so that room is made for all rows at once. */
  expect(share: number): void;
}

function createScanner(
  { delimiter: given, decimal }: CsvDialect,
  begin: (header: readonly string[]) => readonly GrowingColumn[],
): Scanner {
  let delimiter = given?.charCodeAt(0) ?? 0;
  let point = -1; // of numbers outside quotation marks
  let columns: readonly GrowingColumn[] | null = null;
  let lanes: (Float64Array | null)[] = []; // where each column's plain numbers go
  let isStart = true;
  let row = 0;
  let capacity = 0;
  let expectedRows = 0;
  let line = 1; // where the record begins
  let fieldLine = 1; // where the field ends that is being read
  let quotedLine = 1;
  const cursor: Cursor = { at: 0 };

  const place = (j: number): string =>
    columns && j < columns.length ? `line ${fieldLine}, column "${columns[j].name}"` : `line ${fieldLine}`;

  const isBlank = (byte: number): boolean => (byte === space || byte === tab) && byte !== delimiter;

  /** The text of the field at the cursor, which moves behind it; undefined when it goes on beyond `end`. */
  function readField(bytes: Buffer, end: number, j: number, isWanted = true): string | undefined {
    let at = cursor.at;
    while (isBlank(bytes[at])) at++;
    if (bytes[at] === quotationMark) return readQuoted(bytes, at + 1, end, j, isWanted);
    const start = at;
    while (bytes[at] !== delimiter && bytes[at] !== lineFeed) at++;
    if (bytes[at] === lineFeed && at > start && bytes[at - 1] === carriageReturn) at--;
    cursor.at = at;
    if (!isWanted) return "";
    while (at > start && isBlank(bytes[at - 1])) at--;
    return decode(bytes, start, at, j);
  }

  function readQuoted(
    bytes: Buffer,
    start: number,
    end: number,
    j: number,
    isWanted: boolean,
  ): string | undefined {
    quotedLine = fieldLine;
    let hasDoubled = false;
    let at = start;
    for (; ; at++) {
      if (at >= end) return undefined;
      if (bytes[at] === lineFeed) fieldLine++;
      if (bytes[at] !== quotationMark) continue;
      if (bytes[at + 1] !== quotationMark) break;
      hasDoubled = true;
      at++;
    }
    const text = isWanted ? decode(bytes, start, at, j) : "";
    do at++;
    while (isBlank(bytes[at]));
    if (bytes[at] !== delimiter && !endsLine(bytes, at))
      throw new InputError(
        `${place(j)}: a quoted text must end where its field does, and quotation marks in it be doubled`,
      );
    cursor.at = at;
    return hasDoubled ? text.replaceAll('""', '"') : text;
  }

  function decode(bytes: Buffer, start: number, end: number, j: number): string {
    for (let at = start; at < end; at++)
      if (bytes[at] >= 128 || bytes[at] === 0) return decodeUtf8(bytes.subarray(start, end), () => place(j));
    return bytes.toString("latin1", start, end);
  }

  /** Like `readRecord`, of the header. */
  function readHeader(bytes: Buffer, start: number, end: number): number {
    if (given === undefined) delimiter = likeliestDelimiter(bytes, start, end);
    // Where numbers have commas and so have the fields between them, 3,14 is two fields and "3,14" is one.
    point = decimal.charCodeAt(0) === delimiter ? -1 : decimal.charCodeAt(0);
    const names: string[] = [];
    cursor.at = start;
    for (; ; cursor.at++) {
      const name = readField(bytes, end, names.length);
      if (name === undefined) return -1;
      names.push(name);
      if (bytes[cursor.at] !== delimiter) break;
    }
    checkHeader(names, line);
    columns = begin(names);
    lanes = columns.map(() => null);
    return behindLine(bytes, cursor.at);
  }

  /** Reads one record. Returns where the next one begins, or −1 when this one goes on beyond `end`. */
  function readRecord(bytes: Buffer, start: number, end: number, into: readonly GrowingColumn[]): number {
    if (row === capacity) makeRoom(into);
    const last = lanes.length - 1;
    let at = start;
    for (let j = 0; ; j++, at++) {
      const lane = lanes[j];
      cursor.at = at;
      const value = lane === null ? Number.NaN : readDecimal(bytes, cursor, point);
      if (
        lane !== null &&
        Number.isFinite(value) &&
        (bytes[cursor.at] === delimiter || endsLine(bytes, cursor.at))
      )
        lane[row] = value;
      else {
        cursor.at = at;
        if (!readSlowly(bytes, end, into[j], j)) return -1;
      }
      at = cursor.at;
      const isLast = j === last;
      if ((bytes[at] === delimiter) === isLast && !refuseRagged(bytes, start, end)) return -1;
      if (isLast) break;
    }
    row++;
    return behindLine(bytes, at);
  }

  function makeRoom(into: readonly GrowingColumn[]): void {
    capacity = Math.max(1024, Math.ceil(1.5 * capacity), expectedRows);
    for (const column of into) reserve(column, capacity);
    lanes = into.map(({ kind, missingNumbers, values }) =>
      kind === "numeric" && missingNumbers.size === 0 ? values : null,
    );
  }

  /** A field that is not plainly a number of a numeric column. Returns false when it goes on beyond `end`. */
  function readSlowly(bytes: Buffer, end: number, column: GrowingColumn, j: number): boolean {
    const text = readField(bytes, end, j, column.kind !== "skipped");
    if (text === undefined) return false;
    const value = column.kind === "numeric" ? numberOf(text, decimal) : Number.NaN;
    if (column.missingNumbers.has(value)) putMissing(column, row, fieldLine);
    else if (!Number.isNaN(value)) column.values[row] = value;
    else if (column.kind === "numeric" && column.codeOf.has(text)) putMissing(column, row, fieldLine);
    else if (column.kind === "numeric" && column.isGiven)
      throw new InputError(`${place(j)}: expected a number, got "${excerpt(text)}"${hint(text, decimal)}`);
    else putText(column, row, text, fieldLine);
    if (column.kind !== "numeric") lanes[j] = null;
    return true;
  }

  /** Counts a record's fields for the message. Returns false when they go on beyond `end`. */
  function refuseRagged(bytes: Buffer, start: number, end: number): boolean {
    cursor.at = start;
    for (let count = 1; ; count++, cursor.at++) {
      if (readField(bytes, end, lanes.length, false) === undefined) return false;
      if (bytes[cursor.at] !== delimiter)
        throw new InputError(
          `line ${line} has ${count} ${count === 1 ? "field" : "fields"}, the header has ${lanes.length}`,
        );
    }
  }

  return {
    get rows() {
      return columns && row;
    },
    get line() {
      return line;
    },
    get quotedLine() {
      return quotedLine;
    },
    scan(bytes, end) {
      let at = isStart ? behindMark(bytes) : 0;
      isStart = false;
      while (at < end) {
        fieldLine = line;
        let next: number;
        if (endsLine(bytes, at)) next = behindLine(bytes, at);
        else next = columns ? readRecord(bytes, at, end, columns) : readHeader(bytes, at, end);
        if (next < 0) break;
        at = next;
        line = fieldLine + 1;
      }
      return at;
    },
    expect(share) {
      expectedRows = Math.ceil((1.02 * row) / share);
    },
  };
}

function endsLine(bytes: Buffer, at: number): boolean {
  return bytes[at] === lineFeed || (bytes[at] === carriageReturn && bytes[at + 1] === lineFeed);
}

function behindLine(bytes: Buffer, at: number): number {
  return at + (bytes[at] === lineFeed ? 1 : 2);
}

/** Behind the byte order mark, where there is one. */
function behindMark(bytes: Buffer): number {
  const [a, b, c] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff))
    throw new InputError("the text is in UTF-16; save it as UTF-8");
  return a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0;
}

/** Whichever of , ; tab | stands most often in the first record, outside quotation marks; a comma where none does. */
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

function checkHeader(names: readonly string[], line: number): void {
  const where = `line ${line}`;
  if (names.some((name) => name.includes("\r")))
    throw new InputError(
      `${where}: lines must end in a line feed, got a carriage return alone, as on old Macs; save the file anew`,
    );
  const empty = names.indexOf("");
  if (empty >= 0)
    throw new InputError(
      `${where}: column ${empty + 1} of ${names.length} has no name; give it one${empty === 0 ? ", or leave it out if it numbers the rows" : ""}`,
    );
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name))
      throw new InputError(
        `two columns are named "${excerpt(name)}"${Number.isNaN(numberOf(name)) ? "" : "; is the header missing?"}`,
      );
    seen.add(name);
  }
}

function hint(text: string, decimal: CsvDialect["decimal"]): string {
  const isNumberElsewhere = decimal === "." && !Number.isNaN(numberOf(text, ","));
  return isNumberElsewhere ? "; --decimal , reads numbers with a decimal comma" : "";
}

/** @throws InputError when the bytes are no UTF-8, or hold a zero byte, which no text does */
export function decodeUtf8(bytes: Buffer, place: () => string): string {
  try {
    if (!bytes.includes(0)) return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // refused below
  }
  throw new InputError(`${place()}: not a text in UTF-8; save the file as UTF-8`);
}
