import { InputError } from "@sigmax/core";
import type { Matrix, Table, TableColumn } from "@sigmax/core/data";
import { isTable } from "../sources/source.ts";
import { didYouMean } from "../sources/suggest.ts";
import { checkWritable, isOneOf } from "../write.ts";

/**
 * @param read the files that the command reads, which stay as they are
 * @throws InputError unless rows can be written to a file of this name
 */
export async function checkOutput(out: string, read: readonly string[]): Promise<void> {
  if (!/\.(csv|jsonl|parquet)$/i.test(out))
    throw new InputError(`--out: expected a name that ends in .csv, .jsonl or .parquet, got ${out}`);
  await checkWritable(out);
  if (isOneOf(out, read)) throw new InputError(`--out: ${out} is what is read; give another name`);
}

/**
 * The columns to carry along.
 *
 * @param own names of the file's own columns
 * @param what that file holds
 * @throws InputError when one is not there, or is named as one of the file's own
 */
export function keptColumns(
  sourceName: string,
  data: Matrix | Table,
  names: readonly string[],
  own: readonly string[],
  what: string,
): TableColumn[] {
  if (names.length > 0 && !isTable(data))
    throw new InputError(`--keep: ${sourceName} is no table, so it has no columns to keep`);
  if (!isTable(data)) return [];
  const taken = names.find((name) => own.includes(name));
  if (taken !== undefined)
    throw new InputError(
      `--keep: the ${what} have a column "${taken}" of their own; rename that of ${sourceName}`,
    );
  const known = data.columns.map(({ name }) => name);
  return names.map((name) => {
    const column = data.columns.find((each) => each.name === name);
    if (column === undefined)
      throw new InputError(`--keep: ${sourceName} has no column "${name}"${didYouMean(name, known)}`);
    return column;
  });
}
