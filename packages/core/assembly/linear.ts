/** Rows worked on at a time: their float32 copy, their logits and the weights stay in the second-level cache. */
export const BLOCK: i32 = 64;
/** Bytes between one class and the next in a block of logits, which is kept classes × rows. */
export const CLASS_BYTES: usize = 256;
/**
 * A block of rows is kept in strips of 16 columns: a strip has the 64 bytes of row 0, those of row 1, and so
 * on. Both passes then read memory in order. One row more than a block has, since strips a power of two
 * apart would fall on the same few cache lines.
 */
const STRIP_BYTES: usize = 65 * 64;

/** Bytes of a block of rows, `stride` elements each. */
export function blockBytes(stride: i32): usize {
  return <usize>(stride >> 4) * STRIP_BYTES;
}

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
  v128.store(block, touched); // or the compiler would leave the loads out
  for (let i = 0; i < count; i++, block += 64) {
    const row = source + <usize>rowAt(order, first + i) * size;
    if (isBytes) widen(row, block, size);
    else spread(row, block, size);
  }
}

/** The row at place i of the order; without an order, i itself. */
// @ts-ignore: decorator
@inline
export function rowAt(order: usize, i: i32): u32 {
  return order ? load<u32>(order + (<usize>i << 2)) : <u32>i;
}

/** A row of uint8 into its places in the strips. */
function widen(from: usize, to: usize, size: usize): void {
  for (const end = from + size; from < end; from += 16, to += STRIP_BYTES) {
    const bytes = v128.load(from);
    const low = i16x8.extend_low_i8x16_u(bytes);
    const high = i16x8.extend_high_i8x16_u(bytes);
    v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(low)));
    v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(low)), 16);
    v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(high)), 32);
    v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(high)), 48);
  }
}

/** A row of float32 into its places in the strips. */
function spread(from: usize, to: usize, size: usize): void {
  for (const end = from + size; from < end; from += 64, to += STRIP_BYTES) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    v128.store(to, v128.load(from, 32), 32);
    v128.store(to, v128.load(from, 48), 48);
  }
}

/**
 * Logits of a block, classes × BLOCK: z = scale · X wᵀ + b. Rows go in fours, so up to three places after
 * the last row are written too.
 *
 * @param scaleAt where the scale stands: see "No floats between functions" in train.ts
 */
export function forward(
  block: usize,
  count: i32,
  stride: i32,
  weights: usize,
  bias: usize,
  classes: i32,
  scaleAt: usize,
  logits: usize,
): void {
  const bytes = <usize>stride << 2;
  const scale = load<f32>(scaleAt);
  for (let i = 0; i < count; i += 4, block += 256, logits += 16) {
    let w = weights;
    let b = bias;
    let z = logits;
    for (let left = classes; left > 1; left -= 2) {
      forwardTile(block, bytes, w, b, scale, z, 2);
      w += 2 * bytes;
      b += 8;
      z += 2 * CLASS_BYTES;
    }
    if (classes & 1) forwardTile(block, bytes, w, b, scale, z, 1);
  }
}

/**
 * Four rows by one or two classes: eight sums, six operands and a product just fit the sixteen vector
 * registers. V8 moves all loads of a straight piece of code to its top, where more than six of them
 * would push the sums out of the registers; hence the exits between the vectors, which are never taken.
 */
// @ts-ignore: decorator
@inline
function forwardTile(x: usize, bytes: usize, w: usize, bias: usize, scale: f32, logits: usize, classes: i32): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
  let c0 = a0, c1 = a0, c2 = a0, c3 = a0;
  let v = w + bytes;
  for (const end = w + bytes; w < end; ) {
    let x0 = v128.load(x);
    let x1 = v128.load(x, 64);
    let x2 = v128.load(x, 128);
    let x3 = v128.load(x, 192);
    let t = v128.load(w);
    a0 = f32x4.add(a0, f32x4.mul(x0, t));
    a1 = f32x4.add(a1, f32x4.mul(x1, t));
    a2 = f32x4.add(a2, f32x4.mul(x2, t));
    a3 = f32x4.add(a3, f32x4.mul(x3, t));
    if (classes > 1) {
      t = v128.load(v);
      c0 = f32x4.add(c0, f32x4.mul(x0, t));
      c1 = f32x4.add(c1, f32x4.mul(x1, t));
      c2 = f32x4.add(c2, f32x4.mul(x2, t));
      c3 = f32x4.add(c3, f32x4.mul(x3, t));
    }
    if (x == 1) break;
    x0 = v128.load(x, 16);
    x1 = v128.load(x, 80);
    x2 = v128.load(x, 144);
    x3 = v128.load(x, 208);
    t = v128.load(w, 16);
    a0 = f32x4.add(a0, f32x4.mul(x0, t));
    a1 = f32x4.add(a1, f32x4.mul(x1, t));
    a2 = f32x4.add(a2, f32x4.mul(x2, t));
    a3 = f32x4.add(a3, f32x4.mul(x3, t));
    if (classes > 1) {
      t = v128.load(v, 16);
      c0 = f32x4.add(c0, f32x4.mul(x0, t));
      c1 = f32x4.add(c1, f32x4.mul(x1, t));
      c2 = f32x4.add(c2, f32x4.mul(x2, t));
      c3 = f32x4.add(c3, f32x4.mul(x3, t));
    }
    if (x == 2) break;
    x0 = v128.load(x, 32);
    x1 = v128.load(x, 96);
    x2 = v128.load(x, 160);
    x3 = v128.load(x, 224);
    t = v128.load(w, 32);
    a0 = f32x4.add(a0, f32x4.mul(x0, t));
    a1 = f32x4.add(a1, f32x4.mul(x1, t));
    a2 = f32x4.add(a2, f32x4.mul(x2, t));
    a3 = f32x4.add(a3, f32x4.mul(x3, t));
    if (classes > 1) {
      t = v128.load(v, 32);
      c0 = f32x4.add(c0, f32x4.mul(x0, t));
      c1 = f32x4.add(c1, f32x4.mul(x1, t));
      c2 = f32x4.add(c2, f32x4.mul(x2, t));
      c3 = f32x4.add(c3, f32x4.mul(x3, t));
    }
    if (x == 3) break;
    x0 = v128.load(x, 48);
    x1 = v128.load(x, 112);
    x2 = v128.load(x, 176);
    x3 = v128.load(x, 240);
    t = v128.load(w, 48);
    a0 = f32x4.add(a0, f32x4.mul(x0, t));
    a1 = f32x4.add(a1, f32x4.mul(x1, t));
    a2 = f32x4.add(a2, f32x4.mul(x2, t));
    a3 = f32x4.add(a3, f32x4.mul(x3, t));
    if (classes > 1) {
      t = v128.load(v, 48);
      c0 = f32x4.add(c0, f32x4.mul(x0, t));
      c1 = f32x4.add(c1, f32x4.mul(x1, t));
      c2 = f32x4.add(c2, f32x4.mul(x2, t));
      c3 = f32x4.add(c3, f32x4.mul(x3, t));
    }
    x += STRIP_BYTES;
    w += 64;
    if (classes > 1) v += 64;
  }
  finish(logits, a0, a1, a2, a3, scale, load<f32>(bias));
  if (classes > 1) finish(logits + CLASS_BYTES, c0, c1, c2, c3, scale, load<f32>(bias, 4));
}

/** Sums the lanes of four rows at once, each as (0 + 2) + (1 + 3), and stores their logits. */
// @ts-ignore: decorator
@inline
export function finish(logits: usize, r0: v128, r1: v128, r2: v128, r3: v128, scale: f32, bias: f32): void {
  const first = f32x4.add(v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), v128.shuffle<f32>(r0, r1, 2, 6, 3, 7));
  const second = f32x4.add(v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), v128.shuffle<f32>(r2, r3, 2, 6, 3, 7));
  const sums = f32x4.add(v128.shuffle<f32>(first, second, 0, 1, 4, 5), v128.shuffle<f32>(first, second, 2, 3, 6, 7));
  v128.store(logits, f32x4.add(f32x4.mul(sums, f32x4.splat(scale)), f32x4.splat(bias)));
}

/**
 * Adds Xᵀ δ of a block to `gradient` (classes × stride): the block's own sums start at zero and are
 * added once, so a sum over blocks is the same whether one thread or several computed them. Rows go in
 * pairs: δ of the place after an odd last row must be zero.
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
  for (const end = gradient + bytes; gradient < end; gradient += 64, block += STRIP_BYTES) {
    let d = delta;
    let g = gradient;
    for (let left = classes; left > 1; left -= 2) {
      backwardTile(block, count, bytes, d, g, 2);
      d += 2 * CLASS_BYTES;
      g += 2 * bytes;
    }
    if (classes & 1) backwardTile(block, count, bytes, d, g, 1);
  }
}

/** Two classes by sixteen columns, over the rows of the block; registers as in `forwardTile`. */
// @ts-ignore: decorator
@inline
function backwardTile(x: usize, count: i32, bytes: usize, delta: usize, gradient: usize, classes: i32): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
  let c0 = a0, c1 = a0, c2 = a0, c3 = a0;
  for (const end = delta + (<usize>count << 2); delta < end; ) {
    let x0 = v128.load(x);
    let x1 = v128.load(x, 16);
    let x2 = v128.load(x, 32);
    let x3 = v128.load(x, 48);
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
    if (x == 1) break;
    x0 = v128.load(x, 64);
    x1 = v128.load(x, 80);
    x2 = v128.load(x, 96);
    x3 = v128.load(x, 112);
    s = v128.load32_splat(delta, 4);
    a0 = f32x4.add(a0, f32x4.mul(x0, s));
    a1 = f32x4.add(a1, f32x4.mul(x1, s));
    a2 = f32x4.add(a2, f32x4.mul(x2, s));
    a3 = f32x4.add(a3, f32x4.mul(x3, s));
    if (classes > 1) {
      s = v128.load32_splat(delta, 260);
      c0 = f32x4.add(c0, f32x4.mul(x0, s));
      c1 = f32x4.add(c1, f32x4.mul(x1, s));
      c2 = f32x4.add(c2, f32x4.mul(x2, s));
      c3 = f32x4.add(c3, f32x4.mul(x3, s));
    }
    x += 128;
    delta += 8;
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
