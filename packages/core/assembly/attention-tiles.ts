/**
 * Products of 4 × 8 numbers at a time: eight sums, two operands and a splat fit the sixteen vector registers;
 * more loads in a turn would not.
 */

/** Bytes of a row of a tile of scores: 32 queries. */
export const TILE_BYTES: usize = 128;

/** output = a · b, four rows of a tile: a packed as depth × 4, b as depth × 8. */
// @ts-ignore: decorator
@inline
export function storeNear(a: usize, b: usize, depth: i32, output: usize): void {
  near(a, 16, b, depth, output, TILE_BYTES, 0, 0);
}

/** output ← factor · output + aᵀ b, `a` four columns of a tile, b packed as depth × 8, a factor for each of the four rows. */
// @ts-ignore: decorator
@inline
export function scaleAndAddNear(a: usize, b: usize, depth: i32, output: usize, bytes: usize, factors: usize): void {
  near(a, TILE_BYTES, b, depth, output, bytes, 1, factors);
}

/** output ← output + aᵀ b, the same without factors. */
// @ts-ignore: decorator
@inline
export function addNear(a: usize, b: usize, depth: i32, output: usize, bytes: usize): void {
  near(a, TILE_BYTES, b, depth, output, bytes, 2, 0);
}

// @ts-ignore: decorator
@inline
function near(a: usize, aStep: usize, b: usize, depth: i32, output: usize, bytes: usize, mode: i32, factors: usize): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
  let b0 = a0, b1 = a0, b2 = a0, b3 = a0;
  for (const end = b + (<usize>depth << 5); b < end; a += aStep, b += 32) {
    const x = v128.load(b);
    const y = v128.load(b, 16);
    let s = v128.load32_splat(a);
    a0 = f32x4.add(a0, f32x4.mul(s, x));
    b0 = f32x4.add(b0, f32x4.mul(s, y));
    s = v128.load32_splat(a, 4);
    a1 = f32x4.add(a1, f32x4.mul(s, x));
    b1 = f32x4.add(b1, f32x4.mul(s, y));
    s = v128.load32_splat(a, 8);
    a2 = f32x4.add(a2, f32x4.mul(s, x));
    b2 = f32x4.add(b2, f32x4.mul(s, y));
    s = v128.load32_splat(a, 12);
    a3 = f32x4.add(a3, f32x4.mul(s, x));
    b3 = f32x4.add(b3, f32x4.mul(s, y));
  }
  put(output, a0, b0, mode, factors);
  put(output + bytes, a1, b1, mode, factors + 4);
  put(output + 2 * bytes, a2, b2, mode, factors + 8);
  put(output + 3 * bytes, a3, b3, mode, factors + 12);
}

// @ts-ignore: decorator
@inline
function put(output: usize, low: v128, high: v128, mode: i32, factor: usize): void {
  if (mode == 1) {
    const f = v128.load32_splat(factor);
    low = f32x4.add(f32x4.mul(f, v128.load(output)), low);
    high = f32x4.add(f32x4.mul(f, v128.load(output, 16)), high);
  } else if (mode == 2) {
    low = f32x4.add(v128.load(output), low);
    high = f32x4.add(v128.load(output, 16), high);
  }
  v128.store(output, low);
  v128.store(output, high, 16);
}

/** output ← output + a b, `a` four rows of a tile, b packed as depth × 8; */
// @ts-ignore: decorator
@inline
export function addFar(a: usize, b: usize, depth: i32, output: usize, bytes: usize): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
  let b0 = a0, b1 = a0, b2 = a0, b3 = a0;
  for (const end = b + (<usize>depth << 5); b < end; a += 4, b += 32) {
    const x = v128.load(b);
    const y = v128.load(b, 16);
    let s = v128.load32_splat(a);
    a0 = f32x4.add(a0, f32x4.mul(s, x));
    b0 = f32x4.add(b0, f32x4.mul(s, y));
    s = v128.load32_splat(a, 128);
    a1 = f32x4.add(a1, f32x4.mul(s, x));
    b1 = f32x4.add(b1, f32x4.mul(s, y));
    s = v128.load32_splat(a, 256);
    a2 = f32x4.add(a2, f32x4.mul(s, x));
    b2 = f32x4.add(b2, f32x4.mul(s, y));
    s = v128.load32_splat(a, 384);
    a3 = f32x4.add(a3, f32x4.mul(s, x));
    b3 = f32x4.add(b3, f32x4.mul(s, y));
  }
  put(output, a0, b0, 2, 0);
  put(output + bytes, a1, b1, 2, 0);
  put(output + 2 * bytes, a2, b2, 2, 0);
  put(output + 3 * bytes, a3, b3, 2, 0);
}
