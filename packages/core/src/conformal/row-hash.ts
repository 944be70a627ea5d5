import { InputError } from "../errors/index.ts";
import { createGenerator } from "../random/index.ts";

/** What a row is known by: whole numbers or texts. Without them a row is known by its place. */
export type RowIds = ArrayLike<number | string>;

/** Rows that give thresholds and rows that get sets draw from different streams, also where their ids are equal. */
export type RowStream = "fit" | "apply";

/**
 * A uniform number in (0, 1] for each row that hangs on (seed, stream, row id) alone: not on the order of the rows, nor on
 * which others there are. 1 for every row when nothing is randomized.
 *
 * @throws InputError when an id is neither a text nor a whole number, or there are not as many as rows
 */
export function rowUniforms(
  where: string,
  rows: number,
  ids: RowIds | undefined,
  { seed, stream, randomized }: { seed: number; stream: RowStream; randomized: boolean },
): Float64Array {
  checkIds(where, rows, ids);
  const output = new Float64Array(rows);
  if (!randomized) return output.fill(1);
  const generator = createGenerator(seed, stream === "fit" ? 0 : 1);
  const key = generator.uint32();
  const secondKey = generator.uint32();
  for (let row = 0; row < rows; row++) {
    const id = ids === undefined ? row : ids[row];
    let a = key;
    let b = secondKey;
    if (typeof id === "string")
      for (let i = 0; i < id.length; i++) {
        a = mix(a ^ id.charCodeAt(i));
        b = Math.imul(b ^ a, 0x9e3779b1) + i;
      }
    else {
      a = mix(a ^ id); // its lowest 32 bits
      b ^= Math.floor(id / 2 ** 32);
    }
    b = mix(b ^ a);
    a = mix(a + b);
    output[row] = ((a >>> 5) * 2 ** 26 + (b >>> 6) + 1) / 2 ** 53;
  }
  return output;
}

/** Every bit of the output hangs on every bit of the input, one to one: the finalizer of MurmurHash3 (Appleby, 2011). */
function mix(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function checkIds(where: string, rows: number, ids: RowIds | undefined): void {
  if (ids === undefined) return;
  if (ids.length !== rows)
    throw new InputError(`${where}: rowIds must be as many as rows, ${rows}, got ${ids.length}`);
  for (let row = 0; row < rows; row++)
    if (typeof ids[row] !== "string" && !Number.isSafeInteger(ids[row]))
      throw new InputError(`${where}: rowIds must be texts or whole numbers, got ${ids[row]} at row ${row}`);
}
