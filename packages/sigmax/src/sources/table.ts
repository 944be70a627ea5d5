import { InputError } from "@sigmax/core";
import { labelsOf } from "@sigmax/core/data";
import papaparse from "papaparse";
import { readBytes } from "./files.ts";
import { didYouMean, shortList } from "./suggest.ts";
import type { Source } from "./source.ts";

/**
 * Reads a CSV or TSV table with a header: one column is the target, all others are numbers.
 *
 * @throws InputError that names the line where a row has another number of fields, a number is none, or the
 *   target is not one of `classes`
 */
export async function readTable(
  path: string,
  name: string,
  target: string | undefined,
  classes?: readonly string[],
): Promise<Source> {
  const { bytes, sha256 } = await readBytes(path);
  const { header, rows } = parse(decode(bytes, path), path);
  if (target === undefined)
    throw new InputError(
      `${path}: say which column is the target, for example --target ${quote(header[header.length - 1])}`,
    );
  const targetAt = header.indexOf(target);
  if (targetAt < 0)
    throw new InputError(
      `${path}: there is no column "${target}"${didYouMean(target, header) || `; there are ${shortList(header)}`}`,
    );
  const columns = header.filter((_, j) => j !== targetAt);
  if (columns.length === 0) throw new InputError(`${path}: there is no column beside the target`);
  const known = classes && new Set(classes);
  const values = new Float64Array(rows.length * columns.length);
  const labels: string[] = [];
  let at = 0;
  for (const { line, fields } of rows) {
    if (fields.length !== header.length)
      throw new InputError(
        `${path}: line ${line} has ${fields.length} fields, the header has ${header.length}`,
      );
    fields.forEach((field, j) => {
      const fail = (what: string): never => {
        throw new InputError(`${path}: line ${line}, column "${header[j]}": ${what}`);
      };
      if (j !== targetAt) {
        const value = field.trim() === "" ? Number.NaN : Number(field);
        values[at++] = Number.isFinite(value) ? value : fail(`expected a number, got "${field}"`);
      } else if (field.trim() === "") fail("the class is missing");
      else if (known && !known.has(field)) fail(`expected one of ${shortList([...known])}, got "${field}"`);
      else labels.push(field);
    });
  }
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

interface Row {
  readonly line: number;
  readonly fields: readonly string[];
}

/** Blank lines are passed over; a line's number is exact as long as no field holds a line break. */
function parse(text: string, path: string): { header: readonly string[]; rows: readonly Row[] } {
  const isTabs = /\.tsv(\.gz)?$/i.test(path);
  const { data, errors } = papaparse.parse<string[]>(text, isTabs ? { delimiter: "\t" } : {});
  const broken = errors.find(({ type }) => type === "Quotes");
  if (broken) throw new InputError(`${path}: line ${(broken.row ?? 0) + 1}: a quotation mark has no partner`);
  const [head, ...rows] = data
    .map((fields, i): Row => ({ line: i + 1, fields }))
    .filter(({ fields }) => fields.length > 1 || fields[0].trim() !== "");
  if (head === undefined) throw new InputError(`${path}: the file is empty, expected a header and rows`);
  if (rows.length === 0) throw new InputError(`${path}: there are no rows below the header`);
  const header = head.fields;
  const repeated = header.find((column, j) => header.indexOf(column) !== j);
  if (repeated !== undefined) throw new InputError(`${path}: two columns are named "${repeated}"`);
  return { header, rows };
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
