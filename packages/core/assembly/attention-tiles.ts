import { ADD, Below, Beside, REPLACE, SCALE_AND_ADD, sumTile } from "./tiles";

/** Bytes of a row of a tile of scores: 32 queries. */
export const TILE_BYTES: usize = offsetof<Below>();

/** output = a · b, four rows of a tile: a packed as depth × 4, b as depth × 8. */
// @ts-ignore: decorator
@inline
export function storeNear(a: usize, b: usize, depth: i32, output: usize): void {
  near(a, 16, b, depth, output, TILE_BYTES, REPLACE, 0);
}

/** output ← factor · output + aᵀ b, `a` four columns of a tile, b packed as depth × 8, a factor for each of the four rows. */
// @ts-ignore: decorator
@inline
export function scaleAndAddNear(a: usize, b: usize, depth: i32, output: usize, bytes: usize, factors: usize): void {
  near(a, TILE_BYTES, b, depth, output, bytes, SCALE_AND_ADD, factors);
}

/** output ← output + aᵀ b, the same without factors. */
// @ts-ignore: decorator
@inline
export function addNear(a: usize, b: usize, depth: i32, output: usize, bytes: usize): void {
  near(a, TILE_BYTES, b, depth, output, bytes, ADD, 0);
}

/** One function for all three, so that its registers are its own. */
// @ts-ignore: decorator
@inline
function near(a: usize, step: usize, b: usize, depth: i32, output: usize, bytes: usize, how: i32, factors: usize): void {
  sumTile<Beside>(a, step, b, depth, 0, 0, output, bytes, how, factors);
}

/** output ← output + a b, `a` four rows of a tile, b packed as depth × 8. */
// @ts-ignore: decorator
@inline
export function addFar(a: usize, b: usize, depth: i32, output: usize, bytes: usize): void {
  sumTile<Below>(a, 4, b, depth, 0, 0, output, bytes, ADD, 0);
}
