/**
 * Products with rows of float64. A row x̃ has its columns, a one for the intercept, and zeros up to `stride`
 * elements, a multiple of 4; so have weights and gradients.
 */

/** Rows that a product of columns takes at a time: they and their weighted copy stay in cache. */
const BLOCK: i32 = 64;

/** X̃ Wᵀ, rows × outputs. Rows go in pairs and outputs in fours: eight sums share six loads. */
export function forward64(source: usize, rows: i32, stride: i32, weights: usize, outputs: i32, output: usize): void {
  const bytes = <usize>stride << 3;
  const next = <usize>outputs << 3;
  for (let i = 0; i < rows; i += 2) {
    const x = source + <usize>i * bytes;
    const y = i + 1 < rows ? x + bytes : x; // the last row of an odd number goes with itself
    const to = output + <usize>i * next;
    const toNext = i + 1 < rows ? to + next : to;
    let k = 0;
    for (; k + 4 <= outputs; k += 4) forward2x4(x, y, weights + <usize>k * bytes, bytes, to + (<usize>k << 3), toNext + (<usize>k << 3));
    for (; k < outputs; k++) forward2x1(x, y, weights + <usize>k * bytes, bytes, to + (<usize>k << 3), toNext + (<usize>k << 3));
  }
}

// @ts-ignore: decorator
@inline
function forward2x4(x: usize, y: usize, w: usize, bytes: usize, to: usize, toNext: usize): void {
  let a0 = f64x2.splat(0), a1 = a0, a2 = a0, a3 = a0;
  let b0 = a0, b1 = a0, b2 = a0, b3 = a0;
  const w1 = w + bytes;
  const w2 = w1 + bytes;
  const w3 = w2 + bytes;
  for (let j: usize = 0; j < bytes; j += 16) {
    const p = v128.load(x + j);
    const q = v128.load(y + j);
    let t = v128.load(w + j);
    a0 = f64x2.add(a0, f64x2.mul(p, t));
    b0 = f64x2.add(b0, f64x2.mul(q, t));
    t = v128.load(w1 + j);
    a1 = f64x2.add(a1, f64x2.mul(p, t));
    b1 = f64x2.add(b1, f64x2.mul(q, t));
    t = v128.load(w2 + j);
    a2 = f64x2.add(a2, f64x2.mul(p, t));
    b2 = f64x2.add(b2, f64x2.mul(q, t));
    t = v128.load(w3 + j);
    a3 = f64x2.add(a3, f64x2.mul(p, t));
    b3 = f64x2.add(b3, f64x2.mul(q, t));
  }
  storePair(toNext, b0, b1);
  storePair(toNext + 16, b2, b3);
  storePair(to, a0, a1);
  storePair(to + 16, a2, a3);
}

// @ts-ignore: decorator
@inline
function forward2x1(x: usize, y: usize, w: usize, bytes: usize, to: usize, toNext: usize): void {
  let a = f64x2.splat(0), b = a, c = a, d = a;
  for (let j: usize = 0; j < bytes; j += 32) {
    let t = v128.load(w + j);
    a = f64x2.add(a, f64x2.mul(v128.load(x + j), t));
    b = f64x2.add(b, f64x2.mul(v128.load(y + j), t));
    t = v128.load(w + j, 16);
    c = f64x2.add(c, f64x2.mul(v128.load(x + j, 16), t));
    d = f64x2.add(d, f64x2.mul(v128.load(y + j, 16), t));
  }
  a = f64x2.add(a, c);
  b = f64x2.add(b, d);
  store<f64>(toNext, f64x2.extract_lane(b, 0) + f64x2.extract_lane(b, 1));
  store<f64>(to, f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1));
}

/** The sums of the lanes of two vectors, side by side. */
// @ts-ignore: decorator
@inline
function storePair(at: usize, a: v128, b: v128): void {
  v128.store(at, f64x2.add(v128.shuffle<f64>(a, b, 0, 2), v128.shuffle<f64>(a, b, 1, 3)));
}

/** Rᵀ X̃, outputs × stride, of residuals rows × outputs. Added to what is in `gradient`. */
export function backward64(source: usize, rows: i32, stride: i32, residuals: usize, outputs: i32, gradient: usize): void {
  const bytes = <usize>stride << 3;
  const next = <usize>outputs << 3;
  for (let first = 0; first < rows; first += BLOCK) {
    const count = min(BLOCK, rows - first);
    const x = source + <usize>first * bytes;
    const r = residuals + <usize>first * next;
    let k = 0;
    for (; k + 4 <= outputs; k += 4)
      for (let j: usize = 0; j < bytes; j += 32)
        product4x4(r + (<usize>k << 3), next, x + j, bytes, count, gradient + <usize>k * bytes + j, bytes);
    for (; k < outputs; k++)
      for (let j: usize = 0; j < bytes; j += 32)
        product1x4(r + (<usize>k << 3), next, x + j, bytes, count, gradient + <usize>k * bytes + j);
  }
}

/** output += AᵀB of four columns of A and four of B, over some rows. */
// @ts-ignore: decorator
@inline
function product4x4(a: usize, aBytes: usize, b: usize, bBytes: usize, rows: i32, output: usize, bytes: usize): void {
  let c0 = f64x2.splat(0), c1 = c0, c2 = c0, c3 = c0;
  let d0 = c0, d1 = c0, d2 = c0, d3 = c0;
  for (let i = 0; i < rows; i++, a += aBytes, b += bBytes) {
    const p = v128.load(b);
    const q = v128.load(b, 16);
    let s = v128.load64_splat(a);
    c0 = f64x2.add(c0, f64x2.mul(s, p));
    d0 = f64x2.add(d0, f64x2.mul(s, q));
    s = v128.load64_splat(a, 8);
    c1 = f64x2.add(c1, f64x2.mul(s, p));
    d1 = f64x2.add(d1, f64x2.mul(s, q));
    s = v128.load64_splat(a, 16);
    c2 = f64x2.add(c2, f64x2.mul(s, p));
    d2 = f64x2.add(d2, f64x2.mul(s, q));
    s = v128.load64_splat(a, 24);
    c3 = f64x2.add(c3, f64x2.mul(s, p));
    d3 = f64x2.add(d3, f64x2.mul(s, q));
  }
  add4(output, c0, d0);
  add4(output + bytes, c1, d1);
  add4(output + 2 * bytes, c2, d2);
  add4(output + 3 * bytes, c3, d3);
}

// @ts-ignore: decorator
@inline
function product1x4(a: usize, aBytes: usize, b: usize, bBytes: usize, rows: i32, output: usize): void {
  let c = f64x2.splat(0);
  let d = c;
  for (let i = 0; i < rows; i++, a += aBytes, b += bBytes) {
    const s = v128.load64_splat(a);
    c = f64x2.add(c, f64x2.mul(s, v128.load(b)));
    d = f64x2.add(d, f64x2.mul(s, v128.load(b, 16)));
  }
  add4(output, c, d);
}

// @ts-ignore: decorator
@inline
function add4(at: usize, low: v128, high: v128): void {
  v128.store(at, f64x2.add(v128.load(at), low));
  v128.store(at, f64x2.add(v128.load(at, 16), high), 16);
}

/**
 * X̃ᵀ diag(w) X̃ over chosen rows, stride × stride, its lower triangle in tiles of 4 × 4; added to what is in `output`.
 *
 * @param order u32 per chosen row: which row it is
 * @param weights one float64 per chosen row, of any sign
 * @param scratch room for 2 · 64 rows
 */
export function gram64(source: usize, stride: i32, order: usize, count: i32, weights: usize, scratch: usize, output: usize): void {
  const bytes = <usize>stride << 3;
  const weighted = scratch + <usize>BLOCK * bytes;
  for (let first = 0; first < count; first += BLOCK) {
    const rows = min(BLOCK, count - first);
    for (let i = 0; i < rows; i++) {
      const x = source + <usize>load<u32>(order + (<usize>(first + i) << 2)) * bytes;
      const at = <usize>i * bytes;
      const w = v128.load64_splat(weights + (<usize>(first + i) << 3));
      for (let j: usize = 0; j < bytes; j += 16) {
        const value = v128.load(x + j);
        v128.store(scratch + at + j, value);
        v128.store(weighted + at + j, f64x2.mul(w, value));
      }
    }
    for (let i = 0; i < stride; i += 4)
      for (let j = 0; j <= i; j += 4)
        product4x4(weighted + (<usize>i << 3), bytes, scratch + (<usize>j << 3), bytes, rows, output + <usize>i * bytes + (<usize>j << 3), bytes);
  }
}
