import { ln } from "./elementary";
import { expOfSum2 } from "./softmax64";

export { heapBase } from "./heap";

/**
 * Products with compressed sparse rows of float32, for 2, 4 or 8 problems side by side: each has a lane of every vector,
 * so one look at an entry serves all of them. Vectors and sums are float64; those over columns have one place more, the
 * intercept's, as if every row ended with a one. Entries of a row are summed in the order in which they stand.
 *
 * Vectors over columns: (columns + 1) × lanes; over rows: rows × lanes. `starts` and `indices` are u32, `values` f32.
 */

/** T = X̃ V */
export function csrForward(starts: usize, indices: usize, values: usize, rows: i32, columns: i32, lanes: i32, v: usize, t: usize): void {
  if (lanes == 8) rowsOf(starts, indices, values, rows, columns, v, t, 0, 0, 8, 0);
  else if (lanes == 4) rowsOf(starts, indices, values, rows, columns, v, t, 0, 0, 4, 0);
  else rowsOf(starts, indices, values, rows, columns, v, t, 0, 0, 2, 0);
}

/** Q = X̃ᵀ T */
export function csrBackward(starts: usize, indices: usize, values: usize, rows: i32, columns: i32, lanes: i32, t: usize, q: usize): void {
  memory.fill(q, 0, (<usize>(columns + 1) * lanes) << 3);
  if (lanes == 8) rowsOf(starts, indices, values, rows, columns, 0, t, 0, q, 8, 1);
  else if (lanes == 4) rowsOf(starts, indices, values, rows, columns, 0, t, 0, q, 4, 1);
  else rowsOf(starts, indices, values, rows, columns, 0, t, 0, q, 2, 1);
}

/** Q += (X̃ ∘ X̃)ᵀ T */
export function csrSquares(starts: usize, indices: usize, values: usize, rows: i32, columns: i32, lanes: i32, t: usize, q: usize): void {
  if (lanes == 8) rowsOf(starts, indices, values, rows, columns, 0, t, 0, q, 8, 2);
  else if (lanes == 4) rowsOf(starts, indices, values, rows, columns, 0, t, 0, q, 4, 2);
  else rowsOf(starts, indices, values, rows, columns, 0, t, 0, q, 2, 2);
}

/** T = X̃ V and Q = X̃ᵀ (D ∘ T), each row while it is in cache. */
export function csrProduct(starts: usize, indices: usize, values: usize, rows: i32, columns: i32, lanes: i32, v: usize, d: usize, t: usize, q: usize): void {
  memory.fill(q, 0, (<usize>(columns + 1) * lanes) << 3);
  if (lanes == 8) rowsOf(starts, indices, values, rows, columns, v, t, d, q, 8, 3);
  else if (lanes == 4) rowsOf(starts, indices, values, rows, columns, v, t, d, q, 4, 3);
  else rowsOf(starts, indices, values, rows, columns, v, t, d, q, 2, 3);
}

/** `lanes` and `mode` are constants where this is inlined: 0 forward, 1 backward, 2 backward of squares, 3 both. */
// @ts-ignore: decorator
@inline
function rowsOf(starts: usize, indices: usize, values: usize, rows: i32, columns: i32, v: usize, t: usize, d: usize, q: usize, lanes: i32, mode: i32): void {
  const shift: usize = lanes == 8 ? 6 : lanes == 4 ? 5 : 4;
  const last = <usize>columns << shift;
  let entry: usize = 0;
  for (let i = 0; i < rows; i++, t += <usize>1 << shift, d += <usize>1 << shift) {
    const from = entry;
    const end = <usize>load<u32>(starts + (<usize>i << 2), 4) << 2;
    let a0 = f64x2.splat(0), a1 = a0, a2 = a0, a3 = a0;
    if (mode == 0 || mode == 3) {
      a0 = v128.load(v + last);
      if (lanes > 2) a1 = v128.load(v + last, 16);
      if (lanes > 4) {
        a2 = v128.load(v + last, 32);
        a3 = v128.load(v + last, 48);
      }
      for (; entry < end; entry += 4) {
        const at = v + (<usize>load<u32>(indices + entry) << shift);
        const x = f64x2.splat(<f64>load<f32>(values + entry));
        a0 = f64x2.add(a0, f64x2.mul(x, v128.load(at)));
        if (lanes > 2) a1 = f64x2.add(a1, f64x2.mul(x, v128.load(at, 16)));
        if (lanes > 4) {
          a2 = f64x2.add(a2, f64x2.mul(x, v128.load(at, 32)));
          a3 = f64x2.add(a3, f64x2.mul(x, v128.load(at, 48)));
        }
      }
      v128.store(t, a0);
      if (lanes > 2) v128.store(t, a1, 16);
      if (lanes > 4) {
        v128.store(t, a2, 32);
        v128.store(t, a3, 48);
      }
      if (mode == 3) {
        a0 = f64x2.mul(a0, v128.load(d));
        if (lanes > 2) a1 = f64x2.mul(a1, v128.load(d, 16));
        if (lanes > 4) {
          a2 = f64x2.mul(a2, v128.load(d, 32));
          a3 = f64x2.mul(a3, v128.load(d, 48));
        }
      }
    } else {
      a0 = v128.load(t);
      if (lanes > 2) a1 = v128.load(t, 16);
      if (lanes > 4) {
        a2 = v128.load(t, 32);
        a3 = v128.load(t, 48);
      }
    }
    if (mode != 0) {
      for (entry = from; entry < end; entry += 4) {
        const at = q + (<usize>load<u32>(indices + entry) << shift);
        let x = f64x2.splat(<f64>load<f32>(values + entry));
        if (mode == 2) x = f64x2.mul(x, x);
        add2(at, f64x2.mul(x, a0));
        if (lanes > 2) add2(at + 16, f64x2.mul(x, a1));
        if (lanes > 4) {
          add2(at + 32, f64x2.mul(x, a2));
          add2(at + 48, f64x2.mul(x, a3));
        }
      }
      add2(q + last, a0);
      if (lanes > 2) add2(q + last + 16, a1);
      if (lanes > 4) {
        add2(q + last + 32, a2);
        add2(q + last + 48, a3);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function add2(at: usize, v: v128): void {
  v128.store(at, f64x2.add(v128.load(at), v));
}

/**
 * The logistic loss of every lane at margins z + a·d, with what its derivatives need.
 *
 * @param z, d      margins and their direction, rows × lanes
 * @param signs     u8, rows × lanes: 1 where the row carries the lane's label
 * @param weights   one f64 a row, or 0: every row counts 1
 * @param steps     a of each lane
 * @param residuals gets s (p − y)
 * @param curvatures gets s p (1 − p)
 * @param sums      gets, lanes each: Σ s·loss, its slope and curvature in a; what else is in it is lost
 */
export function csrLook(z: usize, d: usize, signs: usize, weights: usize, rows: i32, lanes: i32, steps: usize, residuals: usize, curvatures: usize, sums: usize): void {
  const bytes = <usize>lanes << 3;
  for (let lane = 0; lane < lanes; lane += 2) {
    const o = <usize>lane << 3;
    lookPair(z + o, d + o, signs + lane, weights, rows, bytes, v128.load(steps + o), residuals + o, curvatures + o, sums + o);
  }
}

const BLOCK: i32 = 512; // so many factors in [1, 2] have a product that float64 holds

// @ts-ignore: decorator
@inline
function lookPair(z: usize, d: usize, signs: usize, weights: usize, rows: i32, bytes: usize, a: v128, residuals: usize, curvatures: usize, sums: usize): void {
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  let value = zero, slope = zero, curvature = zero;
  let product = one;
  let inBlock = 0;
  for (let i = 0; i < rows; i++) {
    const t = v128.load(d);
    const m = f64x2.add(v128.load(z), f64x2.mul(a, t));
    // y = 1 turns the margin around: the loss is softplus(u), with u = −z or z
    const sign = i64x2.shl(i64x2.replace_lane(i64x2.splat(load<u8>(signs)), 1, load<u8>(signs, 1)), 63);
    const u = v128.xor(m, sign);
    const e = expOfSum2(v128.or(u, f64x2.splat(-0.0)), zero);
    const share = f64x2.div(one, f64x2.add(one, e));
    const small = f64x2.mul(e, share);
    const p = v128.bitselect(share, small, f64x2.ge(u, zero));
    let r = v128.xor(p, sign);
    let c = f64x2.mul(small, share);
    let loss = f64x2.pmax(zero, u);
    if (weights) {
      const s = v128.load64_splat(weights + (<usize>i << 3));
      r = f64x2.mul(r, s);
      c = f64x2.mul(c, s);
      loss = f64x2.mul(s, f64x2.add(loss, lnPair(f64x2.add(one, e))));
    } else {
      product = f64x2.mul(product, f64x2.add(one, e));
      if (++inBlock == BLOCK) {
        value = f64x2.add(value, lnPair(product));
        product = one;
        inBlock = 0;
      }
    }
    v128.store(residuals, r);
    v128.store(curvatures, c);
    value = f64x2.add(value, loss);
    slope = f64x2.add(slope, f64x2.mul(r, t));
    curvature = f64x2.add(curvature, f64x2.mul(f64x2.mul(c, t), t));
    z += bytes;
    d += bytes;
    residuals += bytes;
    curvatures += bytes;
    signs += bytes >> 3;
  }
  value = f64x2.add(value, lnPair(product));
  v128.store(sums, value);
  v128.store(sums + bytes, slope);
  v128.store(sums + 2 * bytes, curvature);
}

// @ts-ignore: decorator
@inline
function lnPair(x: v128): v128 {
  return f64x2.replace_lane(f64x2.splat(ln(f64x2.extract_lane(x, 0))), 1, ln(f64x2.extract_lane(x, 1)));
}

/** Places of a vector that are worked on at a time, one pair of lanes after the other. */
const PLACES: i32 = 64;

/** y += f ∘ x, f one factor a lane. */
export function csrAdd(x: usize, factors: usize, y: usize, count: i32, lanes: i32): void {
  const bytes = <usize>lanes << 3;
  for (let first = 0; first < count; first += PLACES) {
    const size = <usize>min(PLACES, count - first) * bytes;
    for (let o: usize = 0; o < bytes; o += 16) {
      const f = v128.load(factors + o);
      for (let i = o; i < size; i += bytes) v128.store(y + i, f64x2.add(v128.load(y + i), f64x2.mul(f, v128.load(x + i))));
    }
    x += size;
    y += size;
  }
}

/** Adds the gradient of the penalty ½λ‖w‖² to q. `sums` gets, lanes each: Σ q² then, and Σ w². */
export function csrPenalize(w: usize, penalty: f64, q: usize, count: i32, lanes: i32, sums: usize): void {
  const bytes = <usize>lanes << 3;
  const lambda = f64x2.splat(penalty);
  memory.fill(sums, 0, 2 * bytes);
  for (let first = 0; first < count; first += PLACES) {
    const size = <usize>min(PLACES, count - first) * bytes;
    for (let o: usize = 0; o < bytes; o += 16) {
      let squares = v128.load(sums + o);
      let own = v128.load(sums + bytes + o);
      for (let i = o; i < size; i += bytes) {
        const x = v128.load(w + i);
        const y = f64x2.add(v128.load(q + i), f64x2.mul(lambda, x));
        v128.store(q + i, y);
        squares = f64x2.add(squares, f64x2.mul(y, y));
        own = f64x2.add(own, f64x2.mul(x, x));
      }
      v128.store(sums + o, squares);
      v128.store(sums + bytes + o, own);
    }
    w += size;
    q += size;
  }
}

/** Begins conjugate gradients: m ← 1 / m, r = −g, s = 0, p = m r. `sums` gets Σ m r² of each lane. */
export function csrBegin(g: usize, m: usize, r: usize, s: usize, p: usize, count: i32, lanes: i32, sums: usize): void {
  const bytes = <usize>lanes << 3;
  const one = f64x2.splat(1);
  memory.fill(sums, 0, bytes);
  memory.fill(s, 0, <usize>count * bytes);
  for (let first = 0; first < count; first += PLACES) {
    const size = <usize>min(PLACES, count - first) * bytes;
    for (let o: usize = 0; o < bytes; o += 16) {
      let sum = v128.load(sums + o);
      for (let i = o; i < size; i += bytes) {
        const inverse = f64x2.div(one, v128.load(m + i));
        const residual = f64x2.neg(v128.load(g + i));
        const next = f64x2.mul(inverse, residual);
        v128.store(m + i, inverse);
        v128.store(r + i, residual);
        v128.store(p + i, next);
        sum = f64x2.add(sum, f64x2.mul(residual, next));
      }
      v128.store(sums + o, sum);
    }
    g += size;
    m += size;
    r += size;
    p += size;
  }
}

/** s += a p and r −= a q, a one step a lane. `sums` gets Σ m r² of each lane. */
export function csrAdvance(p: usize, q: usize, m: usize, steps: usize, s: usize, r: usize, count: i32, lanes: i32, sums: usize): void {
  const bytes = <usize>lanes << 3;
  memory.fill(sums, 0, bytes);
  for (let first = 0; first < count; first += PLACES) {
    const size = <usize>min(PLACES, count - first) * bytes;
    for (let o: usize = 0; o < bytes; o += 16) {
      const a = v128.load(steps + o);
      let sum = v128.load(sums + o);
      for (let i = o; i < size; i += bytes) {
        v128.store(s + i, f64x2.add(v128.load(s + i), f64x2.mul(a, v128.load(p + i))));
        const residual = f64x2.sub(v128.load(r + i), f64x2.mul(a, v128.load(q + i)));
        v128.store(r + i, residual);
        sum = f64x2.add(sum, f64x2.mul(f64x2.mul(residual, residual), v128.load(m + i)));
      }
      v128.store(sums + o, sum);
    }
    p += size;
    q += size;
    m += size;
    s += size;
    r += size;
  }
}

/** p = m r + b p, b one factor a lane. */
export function csrTurn(m: usize, r: usize, factors: usize, p: usize, count: i32, lanes: i32): void {
  const bytes = <usize>lanes << 3;
  for (let first = 0; first < count; first += PLACES) {
    const size = <usize>min(PLACES, count - first) * bytes;
    for (let o: usize = 0; o < bytes; o += 16) {
      const b = v128.load(factors + o);
      for (let i = o; i < size; i += bytes)
        v128.store(p + i, f64x2.add(f64x2.mul(v128.load(m + i), v128.load(r + i)), f64x2.mul(b, v128.load(p + i))));
    }
    m += size;
    r += size;
    p += size;
  }
}

/** q += λ p. `sums` gets Σ p q of each lane. */
export function csrCurve(p: usize, penalty: f64, q: usize, count: i32, lanes: i32, sums: usize): void {
  const bytes = <usize>lanes << 3;
  const lambda = f64x2.splat(penalty);
  memory.fill(sums, 0, bytes);
  for (let first = 0; first < count; first += PLACES) {
    const size = <usize>min(PLACES, count - first) * bytes;
    for (let o: usize = 0; o < bytes; o += 16) {
      let sum = v128.load(sums + o);
      for (let i = o; i < size; i += bytes) {
        const x = v128.load(p + i);
        const y = f64x2.add(v128.load(q + i), f64x2.mul(lambda, x));
        v128.store(q + i, y);
        sum = f64x2.add(sum, f64x2.mul(x, y));
      }
      v128.store(sums + o, sum);
    }
    p += size;
    q += size;
  }
}
