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

/** @throws InputError when the bytes are not what `packRoles` writes for so many rows */
export function unpackRoles(bytes: Uint8Array, rows: number): Uint8Array {
  const output = new Uint8Array(rows);
  let row = 0;
  for (let i = 0; i < bytes.length;) {
    const role = bytes[i++];
    let count = 0;
    let place = 1;
    while (bytes[i] >= 128) {
      count += (bytes[i++] - 128) * place;
      place *= 128;
    }
    count += (bytes[i++] ?? 0) * place;
    if (role >= roles.length || count === 0 || row + count > rows)
      throw new InputError("ledger: damaged: a run of rows has an unknown role or goes beyond the last row");
    output.fill(role, row, row + count);
    row += count;
  }
  if (row !== rows) throw new InputError(`ledger: damaged: it speaks of ${row} rows, the source has ${rows}`);
  return output;
}
