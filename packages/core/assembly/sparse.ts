import { BLOCK, CLASS_BYTES, rowAt } from "./linear";

/**
 * The kernels of linear.ts for rows with many zeros, as pictures and one-hot columns have: blocks of 64 rows, copied as
 * float32, of which only what is not zero is worked on. For each four columns of a row one bit says whether any of them is not zero, kept twice: by row for
 * the forward pass, by column for the backward pass. A sum without its zero terms is the same sum.
 *
 * Weights and gradients lie in tiles of up to ten classes: for each four columns those of the tile's classes side by side.
 */

/** Bytes of four numbers for each class of the largest tile. */
const SPREAD_BYTES: usize = 160;

/** Bytes from a row of a block to the next: an odd number of cache lines, so that the rows of a column do not share sets. */
// @ts-ignore: decorator
@inline
function rowBytes(stride: i32): usize {
  return <usize>((stride >> 4) | 1) << 6;
}

/** Strips of 16 columns, four bits each, in one word of a row's mask: the words of a row are as equal as can be. */
// @ts-ignore: decorator
@inline
function wordsOf(stride: i32): i32 {
  return ((stride >> 4) + 15) >> 4;
}

/** Bytes of a block of rows with its masks and the sums that a forward pass keeps between words. */
export function blockBytes(stride: i32): usize {
  return <usize>BLOCK * (rowBytes(stride) + <usize>(wordsOf(stride) << 3) + 160) + (<usize>stride << 1);
}

/** Copies rows of uint8 or float32 into a block. `stride` is in elements, a multiple of 16. */
export function gather(source: usize, isBytes: bool, order: usize, first: i32, count: i32, stride: i32, block: usize): void {
  const size = <usize>stride << (isBytes ? 0 : 2);
  // Touch every cache line first: the misses of many rows overlap, those of a conversion loop do not.
  let touched = i32x4.splat(0);
  for (let i = 0; i < count; i++) {
    let at = source + <usize>rowAt(order, first + i) * size;
    for (const end = at + size; at < end; at += 64) touched = v128.or(touched, v128.load(at));
  }
  v128.store(block, touched); // or the compiler would leave the loads out
  const bytes = rowBytes(stride);
  const words = wordsOf(stride);
  const stripsAtOnce = ((stride >> 4) + words - 1) / words;
  let rowMask = block + <usize>BLOCK * bytes;
  const columnMasks = rowMask + <usize>(BLOCK * words) * 8;
  memory.fill(columnMasks, 0, <usize>stride << 1);
  let bit: u64 = 1;
  for (let i = 0; i < count; i++, block += bytes, bit <<= 1) {
    let from = source + <usize>rowAt(order, first + i) * size;
    const end = from + size;
    let to = block;
    let columnMask = columnMasks;
    for (let word = 0; word < words; word++, rowMask += 8) {
      const stop = isBytes ? min(end, from + (<usize>stripsAtOnce << 4)) : min(end, from + (<usize>stripsAtOnce << 6));
      if (isBytes) store<u64>(rowMask, widen(from, stop, to, columnMask, bit));
      else store<u64>(rowMask, spread(from, stop, to, columnMask, bit));
      to += <usize>stripsAtOnce << 6;
      columnMask += <usize>stripsAtOnce << 5;
      from = stop;
    }
  }
}

/** Some strips of a row of uint8. @returns their mask */
function widen(from: usize, stop: usize, to: usize, columnMask: usize, bit: u64): u64 {
  let mask: u64 = 0;
  const bits = i64x2.splat(bit);
  const zero = i32x4.splat(0);
  for (let shift: u64 = 0; from < stop; from += 16, to += 64, columnMask += 32, shift += 4) {
    const bytes = v128.load(from);
    const low = i16x8.extend_low_i8x16_u(bytes);
    const high = i16x8.extend_high_i8x16_u(bytes);
    v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(low)));
    v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(low)), 16);
    v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(high)), 32);
    v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(high)), 48);
    const filled = i32x4.ne(bytes, zero);
    mask |= <u64>i32x4.bitmask(filled) << shift;
    mark(columnMask, filled, bits);
  }
  return mask;
}

/** Some strips of a row of float32. @returns their mask */
function spread(from: usize, stop: usize, to: usize, columnMask: usize, bit: u64): u64 {
  let mask: u64 = 0;
  const bits = i64x2.splat(bit);
  const zero = f32x4.splat(0);
  for (let shift: u64 = 0; from < stop; from += 64, to += 64, columnMask += 32, shift += 4) {
    const a = v128.load(from);
    const b = v128.load(from, 16);
    const c = v128.load(from, 32);
    const d = v128.load(from, 48);
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
    // One lane for each vector: whether any of its four is not zero.
    const ab = i16x8.narrow_i32x4_s(f32x4.ne(a, zero), f32x4.ne(b, zero));
    const cd = i16x8.narrow_i32x4_s(f32x4.ne(c, zero), f32x4.ne(d, zero));
    const filled = i32x4.ne(i8x16.narrow_i16x8_s(ab, cd), i32x4.splat(0));
    mask |= <u64>i32x4.bitmask(filled) << shift;
    mark(columnMask, filled, bits);
  }
  return mask;
}

/** The row's bit into the masks of four vectors of columns. */
// @ts-ignore: decorator
@inline
function mark(columnMask: usize, filled: v128, bits: v128): void {
  v128.store(columnMask, v128.or(v128.load(columnMask), v128.and(i64x2.extend_low_i32x4_s(filled), bits)));
  v128.store(columnMask, v128.or(v128.load(columnMask, 16), v128.and(i64x2.extend_high_i32x4_s(filled), bits)), 16);
}

/**
 * Logits of a block, classes × BLOCK: z = scale · X wᵀ + b. Rows are finished in fours, so up to three places after the
 * last row are written too.
 *
 * @param scaleAt where the scale stands: see "No floats between functions" in train.ts
 */
export function forward(block: usize, count: i32, stride: i32, weights: usize, bias: usize, classes: i32, scaleAt: usize, logits: usize): void {
  const bytes = <usize>stride << 2;
  let left = classes;
  for (; left >= 10; left -= 10) {
    forwardTile(block, count, stride, weights, bias, scaleAt, logits, 10);
    weights += 10 * bytes;
    bias += 40;
    logits += 10 * CLASS_BYTES;
  }
  if (left >= 5) {
    forwardTile(block, count, stride, weights, bias, scaleAt, logits, 5);
    weights += 5 * bytes;
    bias += 20;
    logits += 5 * CLASS_BYTES;
    left -= 5;
  }
  for (; left >= 2; left -= 2) {
    forwardTile(block, count, stride, weights, bias, scaleAt, logits, 2);
    weights += 2 * bytes;
    bias += 8;
    logits += 2 * CLASS_BYTES;
  }
  if (left) forwardTile(block, count, stride, weights, bias, scaleAt, logits, 1);
}

/**
 * The rows of a block by one, two, five or ten classes (a constant where this is inlined), a word of the masks at a time:
 * the weights of so many columns stay in the first-level cache for all rows, and the sums are kept between words.
 * The exits that are never taken keep V8 from loading everything first, which ten sums leave no registers for.
 */
// @ts-ignore: decorator
@inline
function forwardTile(block: usize, count: i32, stride: i32, weights: usize, bias: usize, scaleAt: usize, logits: usize, classes: usize): void {
  const bytes = rowBytes(stride);
  const words = wordsOf(stride);
  const stripsAtOnce = ((stride >> 4) + words - 1) / words;
  const masks = block + <usize>BLOCK * bytes;
  const sums = masks + <usize>(BLOCK * words) * 8 + (<usize>stride << 1);
  const zero = f32x4.splat(0);
  for (let word = 0; word < words; word++) {
    let mask = masks + (<usize>word << 3);
    let x = block + <usize>(word * stripsAtOnce) * 64;
    let sum = sums;
    for (let i = 0; i < count; i++) {
      let a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero, a5 = zero, a6 = zero, a7 = zero, a8 = zero, a9 = zero;
      if (word) {
        a0 = v128.load(sum);
        if (classes > 1) a1 = v128.load(sum, 16);
        if (classes > 2) {
          a2 = v128.load(sum, 32);
          a3 = v128.load(sum, 48);
          a4 = v128.load(sum, 64);
        }
        if (classes > 5) {
          a5 = v128.load(sum, 80);
          a6 = v128.load(sum, 96);
          a7 = v128.load(sum, 112);
          a8 = v128.load(sum, 128);
          a9 = v128.load(sum, 144);
        }
      }
      for (let bits = load<u64>(mask); bits; bits &= bits - 1) {
        const at = <usize>ctz(bits) << 4;
        const w = weights + at * classes;
        const t = v128.load(x + at);
        a0 = f32x4.add(a0, f32x4.mul(t, v128.load(w)));
        if (classes > 1) a1 = f32x4.add(a1, f32x4.mul(t, v128.load(w, 16)));
        if (classes > 2) {
          a2 = f32x4.add(a2, f32x4.mul(t, v128.load(w, 32)));
          a3 = f32x4.add(a3, f32x4.mul(t, v128.load(w, 48)));
          if (classes > 5 && w == 1) break;
          a4 = f32x4.add(a4, f32x4.mul(t, v128.load(w, 64)));
        }
        if (classes > 5) {
          a5 = f32x4.add(a5, f32x4.mul(t, v128.load(w, 80)));
          a6 = f32x4.add(a6, f32x4.mul(t, v128.load(w, 96)));
          if (w == 2) break;
          a7 = f32x4.add(a7, f32x4.mul(t, v128.load(w, 112)));
          a8 = f32x4.add(a8, f32x4.mul(t, v128.load(w, 128)));
          a9 = f32x4.add(a9, f32x4.mul(t, v128.load(w, 144)));
        }
      }
      v128.store(sum, a0);
      if (classes > 1) v128.store(sum, a1, 16);
      if (classes > 2) {
        v128.store(sum, a2, 32);
        v128.store(sum, a3, 48);
        v128.store(sum, a4, 64);
      }
      if (classes > 5) {
        v128.store(sum, a5, 80);
        v128.store(sum, a6, 96);
        v128.store(sum, a7, 112);
        v128.store(sum, a8, 128);
        v128.store(sum, a9, 144);
      }
      x += bytes;
      mask += <usize>words << 3;
      sum += 160;
    }
    weights += <usize>stripsAtOnce * 64 * classes;
  }
  const scale = f32x4.splat(load<f32>(scaleAt));
  for (let i = 0; i < count; i += 4, logits += 16) {
    const sum = sums + <usize>i * 160;
    for (let k: usize = 0; k < classes; k++) finish(sum + (k << 4), logits + k * CLASS_BYTES, scale, load<f32>(bias + (k << 2)));
  }
}

/** Sums the lanes of four rows at once, each as (0 + 2) + (1 + 3), and stores their logits. */
// @ts-ignore: decorator
@inline
function finish(sums: usize, logits: usize, scale: v128, bias: f32): void {
  const r0 = v128.load(sums);
  const r1 = v128.load(sums, 160);
  const r2 = v128.load(sums, 320);
  const r3 = v128.load(sums, 480);
  const first = f32x4.add(v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), v128.shuffle<f32>(r0, r1, 2, 6, 3, 7));
  const second = f32x4.add(v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), v128.shuffle<f32>(r2, r3, 2, 6, 3, 7));
  const all = f32x4.add(v128.shuffle<f32>(first, second, 0, 1, 4, 5), v128.shuffle<f32>(first, second, 2, 3, 6, 7));
  v128.store(logits, f32x4.add(f32x4.mul(all, scale), f32x4.splat(bias)));
}

/** Adds Xᵀ δ of a block to `gradient`: the block's own sums start at zero and are added once. */
export function backward(block: usize, stride: i32, delta: usize, classes: i32, gradient: usize): void {
  const bytes = <usize>stride << 2;
  let left = classes;
  for (; left >= 10; left -= 10) {
    backwardTile(block, stride, delta, gradient, 10);
    delta += 10 * CLASS_BYTES;
    gradient += 10 * bytes;
  }
  if (left >= 5) {
    backwardTile(block, stride, delta, gradient, 5);
    delta += 5 * CLASS_BYTES;
    gradient += 5 * bytes;
    left -= 5;
  }
  for (; left >= 2; left -= 2) {
    backwardTile(block, stride, delta, gradient, 2);
    delta += 2 * CLASS_BYTES;
    gradient += 2 * bytes;
  }
  if (left) backwardTile(block, stride, delta, gradient, 1);
}

/** Four columns by some classes over the rows of a block that are not zero there; exits as in `forwardTile`. */
// @ts-ignore: decorator
@inline
function backwardTile(block: usize, stride: i32, delta: usize, gradient: usize, classes: usize): void {
  const bytes = rowBytes(stride);
  let mask = block + <usize>BLOCK * bytes + <usize>(BLOCK * wordsOf(stride)) * 8;
  const end = mask + (<usize>stride << 1);
  spreadDeltas(delta, classes, end);
  const zero = f32x4.splat(0);
  for (; mask < end; mask += 8, block += 16, gradient += classes << 4) {
    let a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero, a5 = zero, a6 = zero, a7 = zero, a8 = zero, a9 = zero;
    for (let bits = load<u64>(mask); bits; bits &= bits - 1) {
      const row = <usize>ctz(bits);
      const d = end + row * SPREAD_BYTES;
      const t = v128.load(block + row * bytes);
      a0 = f32x4.add(a0, f32x4.mul(t, v128.load(d)));
      if (classes > 1) a1 = f32x4.add(a1, f32x4.mul(t, v128.load(d, 16)));
      if (classes > 2) {
        a2 = f32x4.add(a2, f32x4.mul(t, v128.load(d, 32)));
        a3 = f32x4.add(a3, f32x4.mul(t, v128.load(d, 48)));
        if (classes > 5 && d == 1) break;
        a4 = f32x4.add(a4, f32x4.mul(t, v128.load(d, 64)));
      }
      if (classes > 5) {
        a5 = f32x4.add(a5, f32x4.mul(t, v128.load(d, 80)));
        a6 = f32x4.add(a6, f32x4.mul(t, v128.load(d, 96)));
        if (d == 2) break;
        a7 = f32x4.add(a7, f32x4.mul(t, v128.load(d, 112)));
        a8 = f32x4.add(a8, f32x4.mul(t, v128.load(d, 128)));
        a9 = f32x4.add(a9, f32x4.mul(t, v128.load(d, 144)));
      }
    }
    add(gradient, a0);
    if (classes > 1) add(gradient + 16, a1);
    if (classes > 2) {
      add(gradient + 32, a2);
      add(gradient + 48, a3);
      add(gradient + 64, a4);
    }
    if (classes > 5) {
      add(gradient + 80, a5);
      add(gradient + 96, a6);
      add(gradient + 112, a7);
      add(gradient + 128, a8);
      add(gradient + 144, a9);
    }
  }
}

/**
 * δ of a tile's classes by row, each four times over, where the forward pass kept its sums: a load whose place is a sum of
 * constants costs one instruction, one that spreads a number two.
 */
function spreadDeltas(delta: usize, classes: usize, to: usize): void {
  for (let row: usize = 0; row < <usize>BLOCK; row++, delta += 4, to += SPREAD_BYTES)
    for (let k: usize = 0; k < classes; k++) v128.store(to + (k << 4), v128.load32_splat(delta + k * CLASS_BYTES));
}

// @ts-ignore: decorator
@inline
function add(at: usize, v: v128): void {
  v128.store(at, f32x4.add(v128.load(at), v));
}
