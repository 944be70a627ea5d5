import { sum4 } from "./elementary";

/**
 * Logits of one row: z = scale · W x + b, with the same sums in the same order as in a block, so the same bits.
 *
 * @param x      the row, uint8 or float32, `stride` elements; the padding is zero
 * @param wide   where a row of bytes is put as float32
 */
export function linearRow(
  x: usize,
  isBytes: bool,
  wide: usize,
  stride: i32,
  weights: usize,
  bias: usize,
  classes: i32,
  scale: f32,
  logits: usize,
): void {
  const bytes = <usize>stride << 2;
  if (isBytes) {
    for (let from = x, to = wide, end = wide + bytes; to < end; from += 8, to += 32) {
      const shorts = v128.load8x8_u(from);
      v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(shorts)));
      v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(shorts)), 16);
    }
    x = wide;
  }
  let left = classes;
  for (; left >= 5; left -= 5) {
    rowTile(x, bytes, weights, bias, scale, logits, 5);
    weights += 5 * bytes;
    bias += 20;
    logits += 20;
  }
  for (; left > 0; left--) {
    rowTile(x, bytes, weights, bias, scale, logits, 1);
    weights += bytes;
    bias += 4;
    logits += 4;
  }
}

/** One row by five classes or one (a constant where this is inlined), 16 columns a turn; exits as in `forwardTile`. */
// @ts-ignore: decorator
@inline
function rowTile(x: usize, bytes: usize, w: usize, bias: usize, scale: f32, logits: usize, classes: i32): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0;
  let w1 = w + bytes;
  let w2 = w1 + bytes;
  let w3 = w2 + bytes;
  let w4 = w3 + bytes;
  let t: v128;
  const end = x + bytes;
  do {
    t = v128.load(x);
    a0 = f32x4.add(a0, f32x4.mul(t, v128.load(w)));
    if (classes > 1) {
      a1 = f32x4.add(a1, f32x4.mul(t, v128.load(w1)));
      a2 = f32x4.add(a2, f32x4.mul(t, v128.load(w2)));
      a3 = f32x4.add(a3, f32x4.mul(t, v128.load(w3)));
      a4 = f32x4.add(a4, f32x4.mul(t, v128.load(w4)));
    }
    if (x == 1) break;
    t = v128.load(x, 16);
    a0 = f32x4.add(a0, f32x4.mul(t, v128.load(w, 16)));
    if (classes > 1) {
      a1 = f32x4.add(a1, f32x4.mul(t, v128.load(w1, 16)));
      a2 = f32x4.add(a2, f32x4.mul(t, v128.load(w2, 16)));
      a3 = f32x4.add(a3, f32x4.mul(t, v128.load(w3, 16)));
      a4 = f32x4.add(a4, f32x4.mul(t, v128.load(w4, 16)));
    }
    if (x == 2) break;
    t = v128.load(x, 32);
    a0 = f32x4.add(a0, f32x4.mul(t, v128.load(w, 32)));
    if (classes > 1) {
      a1 = f32x4.add(a1, f32x4.mul(t, v128.load(w1, 32)));
      a2 = f32x4.add(a2, f32x4.mul(t, v128.load(w2, 32)));
      a3 = f32x4.add(a3, f32x4.mul(t, v128.load(w3, 32)));
      a4 = f32x4.add(a4, f32x4.mul(t, v128.load(w4, 32)));
    }
    if (x == 3) break;
    t = v128.load(x, 48);
    a0 = f32x4.add(a0, f32x4.mul(t, v128.load(w, 48)));
    if (classes > 1) {
      a1 = f32x4.add(a1, f32x4.mul(t, v128.load(w1, 48)));
      a2 = f32x4.add(a2, f32x4.mul(t, v128.load(w2, 48)));
      a3 = f32x4.add(a3, f32x4.mul(t, v128.load(w3, 48)));
      a4 = f32x4.add(a4, f32x4.mul(t, v128.load(w4, 48)));
    }
    x += 64;
    w += 64;
    if (classes > 1) {
      w1 += 64;
      w2 += 64;
      w3 += 64;
      w4 += 64;
    }
  } while (x < end);
  store<f32>(logits, sum4(a0) * scale + load<f32>(bias));
  if (classes > 1) {
    store<f32>(logits, sum4(a1) * scale + load<f32>(bias, 4), 4);
    store<f32>(logits, sum4(a2) * scale + load<f32>(bias, 8), 8);
    store<f32>(logits, sum4(a3) * scale + load<f32>(bias, 12), 12);
    store<f32>(logits, sum4(a4) * scale + load<f32>(bias, 16), 16);
  }
}
