import { BLOCK } from "./linear";

/**
 * Logits of rows in order, rows × classes: z = scale · X Wᵀ + b, with the same sums in the same order as in `linearRow`,
 * so the same bits. Rows of float32 are read where they are.
 *
 * @param block   where 64 rows of bytes are put as float32
 * @param scaleAt where the scale stands: see "No floats between functions" in train.ts
 */
export function linearRows(
  source: usize,
  isBytes: bool,
  rows: i32,
  stride: i32,
  weights: usize,
  bias: usize,
  classes: i32,
  scaleAt: usize,
  block: usize,
  output: usize,
): void {
  const bytes = <usize>stride << 2;
  for (let first = 0; first < rows; first += BLOCK) {
    const count = min(BLOCK, rows - first);
    let x = source + <usize>first * bytes;
    if (isBytes) {
      widenRows(source + <usize>first * <usize>stride, count * stride, block);
      x = block;
    }
    for (let i = 0; i < count; i += 4, x += 4 * bytes) {
      const own = min(4, count - i);
      let w = weights;
      let b = bias;
      let z = output;
      for (let left = classes; left > 1; left -= 2) {
        rowsTile(x, own, bytes, w, b, scaleAt, z, classes, 2);
        w += 2 * bytes;
        b += 8;
        z += 8;
      }
      if (classes & 1) rowsTile(x, own, bytes, w, b, scaleAt, z, classes, 1);
      output += <usize>(own * classes) << 2;
    }
  }
}

/** Rows of uint8 as float32. */
export function widenRows(from: usize, count: i32, to: usize): void {
  for (const end = from + count; from < end; from += 16, to += 64) {
    const bytes = v128.load(from);
    const low = i16x8.extend_low_i8x16_u(bytes);
    const high = i16x8.extend_high_i8x16_u(bytes);
    v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(low)));
    v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(low)), 16);
    v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(high)), 32);
    v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(high)), 48);
  }
}

/** Up to four rows (fewer: the first stands in for the others) by one or two classes; registers and exits as in `forwardTile`. */
// @ts-ignore: decorator
@inline
function rowsTile(
  x: usize,
  rows: i32,
  bytes: usize,
  w: usize,
  bias: usize,
  scaleAt: usize,
  output: usize,
  classes: i32,
  tile: i32,
): void {
  let x1 = rows > 1 ? x + bytes : x;
  let x2 = rows > 2 ? x + 2 * bytes : x;
  let x3 = rows > 3 ? x + 3 * bytes : x;
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
  let c0 = a0, c1 = a0, c2 = a0, c3 = a0;
  let v = w + bytes;
  for (const end = w + bytes; w < end; x += 32, x1 += 32, x2 += 32, x3 += 32, w += 32, v += 32) {
    let t0 = v128.load(x);
    let t1 = v128.load(x1);
    let t2 = v128.load(x2);
    let t3 = v128.load(x3);
    let t = v128.load(w);
    a0 = f32x4.add(a0, f32x4.mul(t0, t));
    a1 = f32x4.add(a1, f32x4.mul(t1, t));
    a2 = f32x4.add(a2, f32x4.mul(t2, t));
    a3 = f32x4.add(a3, f32x4.mul(t3, t));
    if (tile > 1) {
      t = v128.load(v);
      c0 = f32x4.add(c0, f32x4.mul(t0, t));
      c1 = f32x4.add(c1, f32x4.mul(t1, t));
      c2 = f32x4.add(c2, f32x4.mul(t2, t));
      c3 = f32x4.add(c3, f32x4.mul(t3, t));
    }
    if (x == 1) break;
    t0 = v128.load(x, 16);
    t1 = v128.load(x1, 16);
    t2 = v128.load(x2, 16);
    t3 = v128.load(x3, 16);
    t = v128.load(w, 16);
    a0 = f32x4.add(a0, f32x4.mul(t0, t));
    a1 = f32x4.add(a1, f32x4.mul(t1, t));
    a2 = f32x4.add(a2, f32x4.mul(t2, t));
    a3 = f32x4.add(a3, f32x4.mul(t3, t));
    if (tile > 1) {
      t = v128.load(v, 16);
      c0 = f32x4.add(c0, f32x4.mul(t0, t));
      c1 = f32x4.add(c1, f32x4.mul(t1, t));
      c2 = f32x4.add(c2, f32x4.mul(t2, t));
      c3 = f32x4.add(c3, f32x4.mul(t3, t));
    }
  }
  const scale = load<f32>(scaleAt);
  keep(output, rows, classes, a0, a1, a2, a3, scale, load<f32>(bias));
  if (tile > 1) keep(output + 4, rows, classes, c0, c1, c2, c3, scale, load<f32>(bias, 4));
}

/** Sums the lanes of four rows at once, each as (0 + 2) + (1 + 3), and stores the logits of so many of them. */
// @ts-ignore: decorator
@inline
function keep(output: usize, rows: i32, classes: i32, r0: v128, r1: v128, r2: v128, r3: v128, scale: f32, bias: f32): void {
  const first = f32x4.add(v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), v128.shuffle<f32>(r0, r1, 2, 6, 3, 7));
  const second = f32x4.add(v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), v128.shuffle<f32>(r2, r3, 2, 6, 3, 7));
  const sums = f32x4.add(v128.shuffle<f32>(first, second, 0, 1, 4, 5), v128.shuffle<f32>(first, second, 2, 3, 6, 7));
  const logits = f32x4.add(f32x4.mul(sums, f32x4.splat(scale)), f32x4.splat(bias));
  const next = <usize>classes << 2;
  store<f32>(output, f32x4.extract_lane(logits, 0));
  if (rows > 1) store<f32>(output + next, f32x4.extract_lane(logits, 1));
  if (rows > 2) store<f32>(output + 2 * next, f32x4.extract_lane(logits, 2));
  if (rows > 3) store<f32>(output + 3 * next, f32x4.extract_lane(logits, 3));
}
