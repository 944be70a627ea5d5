import { InputError } from "../errors/index.ts";
import { roles } from "./split.ts";

/** What a model did with the rows of one source. A row is known as (digest of its source, its place in it). */
export interface LedgerEntry {
  /** What the caller named it, for people. */
  readonly source: string;
  /** SHA-256 of the source's bytes, in hexadecimal. */
  readonly sha256: string;
  /** One index into `roles` per row. */
  readonly rowRoles: Uint8Array;
}

/** Runs of equal roles: role, then how many rows as a LEB128 number. A whole set is a few bytes, a random split about half a byte a row. */
export function packRoles(rowRoles: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  for (let start = 0; start < rowRoles.length;) {
    let end = start + 1;
    while (end < rowRoles.length && rowRoles[end] === rowRoles[start]) end++;
    bytes.push(rowRoles[start]);
    let count = end - start;
    for (; count >= 128; count = Math.floor(count / 128)) bytes.push((count % 128) + 128);
    bytes.push(count);
    start = end;
  }
  return Uint8Array.from(bytes);
}

/**
 * @param where for messages
 * @throws InputError when the bytes are not what `packRoles` writes for so many rows
 */
export function unpackRoles(bytes: Uint8Array, rows: number, where = "ledger"): Uint8Array {
  // The runs come first: only when they fit is there reason to believe `rows` and take memory for them.
  const runs: { role: number; end: number }[] = [];
  let end = 0;
  for (let i = 0; i < bytes.length;) {
    const role = bytes[i++];
    let count = 0;
    let place = 1;
    for (; bytes[i] >= 128; place *= 128) count += (bytes[i++] - 128) * place;
    const last = bytes[i++] ?? 0; // never 0 as written: a count has no leading zeros
    end += count + last * place;
    if (role >= roles.length || role === runs.at(-1)?.role || last === 0 || !(end <= rows))
      throw new InputError(
        `${where}: damaged: a run of rows is cut off, has an unknown role or goes beyond the last row`,
      );
    runs.push({ role, end });
  }
  if (end !== rows || rows >= 2 ** 32)
    throw new InputError(`${where}: damaged: it speaks of ${end} rows, the source has ${rows}`);
  const output = new Uint8Array(rows);
  runs.forEach((run, i) => output.fill(run.role, runs[i - 1]?.end ?? 0, run.end));
  return output;
}
