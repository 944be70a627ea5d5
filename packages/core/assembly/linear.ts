import { sum4 } from "./elementary";

/** Rows worked on at a time: their float32 copy, their logits and the weights stay in the second-level cache. */
export const BLOCK: i32 = 64;
/** Bytes between one class and the next in a block of logits, which is kept classes × rows. */
export const CLASS_BYTES: usize = 256;

/** Copies rows of uint8 or float32 into a float32 block. `stride` is in elements, a multiple of 16. */
export function gather(
  source: usize,
  isBytes: bool,
  order: usize,
  first: i32,
  count: i32,
  stride: i32,
  block: usize,
): void {
  const size = <usize>stride << (isBytes ? 0 : 2);
  // Touch every cache line first: the misses of many rows overlap, those of a conversion loop do not.
  let touched = i32x4.splat(0);
  for (let i = 0; i < count; i++) {
    let at = source + <usize>rowAt(order, first + i) * size;
    for (const end = at + size; at < end; at += 64) touched = v128.or(touched, v128.load(at));
  }
  v128.store(block, touched);
  for (let i = 0; i < count; i++) {
    const row = source + <usize>rowAt(order, first + i) * size;
    if (isBytes) widen(row, block, stride);
    else memory.copy(block, row, size);
    block += <usize>stride << 2;
  }
}

/** The row at place i of the order; without an order, i itself. */
// @ts-ignore: decorator
@inline
export function rowAt(order: usize, i: i32): u32 {
  return order ? load<u32>(order + (<usize>i << 2)) : <u32>i;
}

function widen(from: usize, to: usize, count: i32): void {
  for (const end = from + <usize>count; from < end; from += 16, to += 64) {
    const bytes = v128.load(from);
    const low = i16x8.extend_low_i8x16_u(bytes);
    const high = i16x8.extend_high_i8x16_u(bytes);
    v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(low)));
    v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(low)), 16);
    v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(high)), 32);
    v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(high)), 48);
  }
}

/**
 * Logits of a block, classes × BLOCK: z = scale · X wᵀ + b. Rows go in pairs, so the place after the
 * last of an odd count is written too.
 */
export function forward(
  block: usize,
  count: i32,
  stride: i32,
  weights: usize,
  bias: usize,
  classes: i32,
  scale: f32,
  logits: usize,
): void {
  const bytes = <usize>stride << 2;
  for (let i = 0; i < count; i += 2) {
    let w = weights;
    let b = bias;
    let z = logits + (<usize>i << 2);
    let left = classes;
    for (; left >= 5; left -= 5) {
      forwardTile(block, bytes, w, b, scale, z, 5);
      w += 5 * bytes;
      b += 20;
      z += 5 * CLASS_BYTES;
    }
    if (left == 4) forwardTile(block, bytes, w, b, scale, z, 4);
    else if (left == 3) forwardTile(block, bytes, w, b, scale, z, 3);
    else if (left == 2) forwardTile(block, bytes, w, b, scale, z, 2);
    else if (left == 1) forwardTile(block, bytes, w, b, scale, z, 1);
    block += 2 * bytes;
  }
}

/** Two rows by up to five classes: ten sums in registers. `classes` is a constant where this is inlined. */
// @ts-ignore: decorator
@inline
function forwardTile(
  x: usize,
  bytes: usize,
  w: usize,
  bias: usize,
  scale: f32,
  logits: usize,
  classes: i32,
): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0;
  let c0 = a0, c1 = a0, c2 = a0, c3 = a0, c4 = a0;
  let y = x + bytes;
  let w1 = w + bytes;
  let w2 = w1 + bytes;
  let w3 = w2 + bytes;
  let w4 = w3 + bytes;
  // Two vectors a turn: the pointers move half as often.
  for (const end = x + bytes; x < end; ) {
    let u = v128.load(x);
    let v = v128.load(y);
    let t = v128.load(w);
    a0 = f32x4.add(a0, f32x4.mul(u, t));
    c0 = f32x4.add(c0, f32x4.mul(v, t));
    if (classes > 1) {
      t = v128.load(w1);
      a1 = f32x4.add(a1, f32x4.mul(u, t));
      c1 = f32x4.add(c1, f32x4.mul(v, t));
    }
    if (classes > 2) {
      t = v128.load(w2);
      a2 = f32x4.add(a2, f32x4.mul(u, t));
      c2 = f32x4.add(c2, f32x4.mul(v, t));
    }
    if (classes > 3) {
      t = v128.load(w3);
      a3 = f32x4.add(a3, f32x4.mul(u, t));
      c3 = f32x4.add(c3, f32x4.mul(v, t));
    }
    if (classes > 4) {
      t = v128.load(w4);
      a4 = f32x4.add(a4, f32x4.mul(u, t));
      c4 = f32x4.add(c4, f32x4.mul(v, t));
    }
    u = v128.load(x, 16);
    v = v128.load(y, 16);
    t = v128.load(w, 16);
    a0 = f32x4.add(a0, f32x4.mul(u, t));
    c0 = f32x4.add(c0, f32x4.mul(v, t));
    if (classes > 1) {
      t = v128.load(w1, 16);
      a1 = f32x4.add(a1, f32x4.mul(u, t));
      c1 = f32x4.add(c1, f32x4.mul(v, t));
    }
    if (classes > 2) {
      t = v128.load(w2, 16);
      a2 = f32x4.add(a2, f32x4.mul(u, t));
      c2 = f32x4.add(c2, f32x4.mul(v, t));
    }
    if (classes > 3) {
      t = v128.load(w3, 16);
      a3 = f32x4.add(a3, f32x4.mul(u, t));
      c3 = f32x4.add(c3, f32x4.mul(v, t));
    }
    if (classes > 4) {
      t = v128.load(w4, 16);
      a4 = f32x4.add(a4, f32x4.mul(u, t));
      c4 = f32x4.add(c4, f32x4.mul(v, t));
    }
    x += 32;
    y += 32;
    w += 32;
    if (classes > 1) w1 += 32;
    if (classes > 2) w2 += 32;
    if (classes > 3) w3 += 32;
    if (classes > 4) w4 += 32;
  }
  finish(logits, a0, c0, scale, bias, 0);
  if (classes > 1) finish(logits, a1, c1, scale, bias, 1);
  if (classes > 2) finish(logits, a2, c2, scale, bias, 2);
  if (classes > 3) finish(logits, a3, c3, scale, bias, 3);
  if (classes > 4) finish(logits, a4, c4, scale, bias, 4);
}

// @ts-ignore: decorator
@inline
function finish(logits: usize, first: v128, second: v128, scale: f32, bias: usize, k: i32): void {
  const b = load<f32>(bias + (<usize>k << 2));
  const at = logits + <usize>k * CLASS_BYTES;
  store<f32>(at, sum4(first) * scale + b);
  store<f32>(at, sum4(second) * scale + b, 4);
}

/**
 * Adds Xᵀ δ of a block to `gradient` (classes × stride): the block's own sums start at zero and are
 * added once, so a sum over blocks is the same whether one thread or several computed them.
 */
export function backward(
  block: usize,
  count: i32,
  stride: i32,
  delta: usize,
  classes: i32,
  gradient: usize,
): void {
  const bytes = <usize>stride << 2;
  const pairs = classes & ~1;
  for (let j: usize = 0; j < bytes; j += 64) {
    let d = delta;
    let g = gradient + j;
    for (let k = 0; k < pairs; k += 2) {
      backwardTile(block + j, count, bytes, d, g, 2);
      d += 2 * CLASS_BYTES;
      g += 2 * bytes;
    }
    if (classes & 1) backwardTile(block + j, count, bytes, d, g, 1);
  }
}

/** Two classes by sixteen columns, over the rows of the block. */
// @ts-ignore: decorator
@inline
function backwardTile(x: usize, count: i32, bytes: usize, delta: usize, gradient: usize, classes: i32): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
  let c0 = a0, c1 = a0, c2 = a0, c3 = a0;
  for (const end = delta + (<usize>count << 2); delta < end; delta += 4) {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    const x2 = v128.load(x, 32);
    const x3 = v128.load(x, 48);
    let s = v128.load32_splat(delta);
    a0 = f32x4.add(a0, f32x4.mul(x0, s));
    a1 = f32x4.add(a1, f32x4.mul(x1, s));
    a2 = f32x4.add(a2, f32x4.mul(x2, s));
    a3 = f32x4.add(a3, f32x4.mul(x3, s));
    if (classes > 1) {
      s = v128.load32_splat(delta, 256);
      c0 = f32x4.add(c0, f32x4.mul(x0, s));
      c1 = f32x4.add(c1, f32x4.mul(x1, s));
      c2 = f32x4.add(c2, f32x4.mul(x2, s));
      c3 = f32x4.add(c3, f32x4.mul(x3, s));
    }
    x += bytes;
  }
  accumulate(gradient, a0, a1, a2, a3);
  if (classes > 1) accumulate(gradient + bytes, c0, c1, c2, c3);
}

// @ts-ignore: decorator
@inline
function accumulate(at: usize, v0: v128, v1: v128, v2: v128, v3: v128): void {
  v128.store(at, f32x4.add(v128.load(at), v0));
  v128.store(at, f32x4.add(v128.load(at, 16), v1), 16);
  v128.store(at, f32x4.add(v128.load(at, 32), v2), 32);
  v128.store(at, f32x4.add(v128.load(at, 48), v3), 48);
}

/** Logits of rows in order, rows × classes: what inference needs. */
export function linearRows(
  source: usize,
  isBytes: bool,
  rows: i32,
  stride: i32,
  weights: usize,
  bias: usize,
  classes: i32,
  scale: f32,
  block: usize,
  logits: usize,
  output: usize,
): void {
  for (let first = 0; first < rows; first += BLOCK) {
    const count = min(BLOCK, rows - first);
    gather(source, isBytes, 0, first, count, stride, block);
    forward(block, count, stride, weights, bias, classes, scale, logits);
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < classes; k++) {
        store<f32>(output, load<f32>(logits + <usize>k * CLASS_BYTES + (<usize>i << 2)));
        output += 4;
      }
    }
  }
}
