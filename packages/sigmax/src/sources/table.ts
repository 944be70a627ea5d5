import { InputError } from "@sigmax/core";
import { labelsOf } from "@sigmax/core/data";
import papaparse from "papaparse";
import { readBytes } from "./files.ts";
import { didYouMean } from "./suggest.ts";
import type { Source } from "./source.ts";

/**
 * Reads a CSV or TSV table with a header: one column is the target, all others are numbers.
 *
 * @throws InputError that names the line where a row has another number of fields or a number is none
 */
export async function readTable(
  path: string,
  name: string,
  target: string | undefined,
  classes?: readonly string[],
): Promise<Source> {
  const { bytes, sha256 } = await readBytes(path);
  const text = decode(bytes, path);
  const { data } = papaparse.parse<string[]>(text, { skipEmptyLines: true });
  const [header, ...rows] = data;
  if (header === undefined) throw new InputError(`${path}: the file is empty, expected a header and rows`);
  if (rows.length === 0) throw new InputError(`${path}: there are no rows below the header`);
  const repeated = header.find((column, j) => header.indexOf(column) !== j);
  if (repeated !== undefined) throw new InputError(`${path}: two columns are named "${repeated}"`);
  if (target === undefined)
    throw new InputError(
      `${path}: say which column is the target: --target ${quote(header[header.length - 1])}`,
    );
  const targetAt = header.indexOf(target);
  if (targetAt < 0)
    throw new InputError(`${path}: there is no column "${target}"${didYouMean(target, header)}`);
  const columns = header.filter((_, j) => j !== targetAt);
  const values = new Float64Array(rows.length * columns.length);
  const labels: string[] = [];
  rows.forEach((row, i) => {
    if (row.length !== header.length)
      throw new InputError(
        `${path}: line ${i + 2} has ${row.length} fields, the header has ${header.length}`,
      );
    let at = i * columns.length;
    row.forEach((field, j) => {
      if (j === targetAt) labels.push(field);
      else values[at++] = numberIn(field, path, i + 2, header[j]);
    });
  });
  return {
    name,
    target,
    columns,
    image: null,
    scale: null,
    parts: [
      {
        name: "all",
        matrix: { rows: rows.length, columns: columns.length, values },
        labels: labelsOf(labels, classes),
        sha256,
      },
    ],
  };
}

function numberIn(field: string, path: string, line: number, column: string): number {
  const value = Number(field);
  if (field.trim() === "" || !Number.isFinite(value))
    throw new InputError(`${path}: line ${line}, column "${column}": expected a number, got "${field}"`);
  return value;
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${path}: not a text in UTF-8, so not a table; expected CSV with a header`);
  }
}

function quote(name: string): string {
  return /^[\w-]+$/.test(name) ? name : JSON.stringify(name);
}
