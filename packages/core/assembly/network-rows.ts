import { shareOf } from "./gemm";

// What networks do to rows besides products and activations. Operands are told with each; rows [from, to) are one thread's.

/** z = x + y */
export function addRows(x: usize, y: usize, z: usize, columns: i32, from: i32, to: i32): void {
  let i = (<usize>from * <usize>columns) << 2;
  const end = (<usize>to * <usize>columns) << 2;
  for (; i + 16 <= end; i += 16) v128.store(z + i, f32x4.add(v128.load(x + i), v128.load(y + i)));
  for (; i < end; i += 4) store<f32>(z + i, load<f32>(x + i) + load<f32>(y + i));
}

/** The largest of each `pieces` numbers side by side. */
export function maxoutRows(x: usize, y: usize, columns: i32, pieces: i32, from: i32, to: i32): void {
  let at = x + ((<usize>(from * columns) * <usize>pieces) << 2);
  const end = y + ((<usize>to * <usize>columns) << 2);
  for (let i = y + ((<usize>from * <usize>columns) << 2); i < end; i += 4) {
    let top = load<f32>(at);
    at += 4;
    for (let piece = 1; piece < pieces; piece++, at += 4) {
      const own = load<f32>(at);
      if (own > top) top = own;
    }
    store<f32>(i, top);
  }
}

/** The gradient goes to the first of the largest. */
export function maxoutGradientRows(x: usize, dy: usize, dx: usize, columns: i32, pieces: i32, from: i32, to: i32): void {
  let at = (<usize>(from * columns) * <usize>pieces) << 2;
  const end = dy + ((<usize>to * <usize>columns) << 2);
  const bytes = <usize>pieces << 2;
  for (let i = dy + ((<usize>from * <usize>columns) << 2); i < end; i += 4, at += bytes) {
    let top: usize = 0;
    for (let piece: usize = 4; piece < bytes; piece += 4)
      if (load<f32>(x + at + piece) > load<f32>(x + at + top)) top = piece;
    for (let piece: usize = 0; piece < bytes; piece += 4) store<f32>(dx + at + piece, piece == top ? load<f32>(i) : 0);
  }
}

/** (x − mean) / √(variance + 1e-5) · gain + bias. Operands: x, y, columns, groups per row, gain, bias, moments. */
export function layerNormRows(op: usize, from: i32, to: i32): void {
  const columns = load<i32>(op, 12);
  const groups = load<i32>(op, 16);
  const gain = <usize>load<u32>(op, 20);
  const bias = <usize>load<u32>(op, 24);
  const bytes = <usize>columns << 2;
  const whole = bytes & ~15;
  for (let row = from * groups; row < to * groups; row++) {
    const x = <usize>load<u32>(op, 4) + <usize>row * bytes;
    const y = <usize>load<u32>(op, 8) + <usize>row * bytes;
    let low = f64x2.splat(0), high = low;
    let i: usize = 0;
    for (; i < whole; i += 16) {
      const v = v128.load(x + i);
      low = f64x2.add(low, f64x2.promote_low_f32x4(v));
      high = f64x2.add(high, upper(v));
    }
    let sum = sum64(f64x2.add(low, high));
    for (; i < bytes; i += 4) sum += <f64>load<f32>(x + i);
    const mean = sum / <f64>columns;
    const mean2 = f64x2.splat(mean);
    low = f64x2.splat(0);
    high = low;
    for (i = 0; i < whole; i += 16) {
      const v = v128.load(x + i);
      const a = f64x2.sub(f64x2.promote_low_f32x4(v), mean2);
      const b = f64x2.sub(upper(v), mean2);
      low = f64x2.add(low, f64x2.mul(a, a));
      high = f64x2.add(high, f64x2.mul(b, b));
    }
    let square = sum64(f64x2.add(low, high));
    for (; i < bytes; i += 4) {
      const off = <f64>load<f32>(x + i) - mean;
      square += off * off;
    }
    const center = <f32>mean;
    const inverse = <f32>(1 / Math.sqrt(square / <f64>columns + 1e-5));
    const moments = <usize>load<u32>(op, 28) + (<usize>row << 3);
    store<f32>(moments, center);
    store<f32>(moments, inverse, 4);
    const center4 = f32x4.splat(center);
    const inverse4 = f32x4.splat(inverse);
    for (i = 0; i < whole; i += 16) {
      const normal = f32x4.mul(f32x4.sub(v128.load(x + i), center4), inverse4);
      v128.store(y + i, f32x4.add(f32x4.mul(v128.load(gain + i), normal), v128.load(bias + i)));
    }
    for (; i < bytes; i += 4)
      store<f32>(y + i, load<f32>(gain + i) * ((load<f32>(x + i) - center) * inverse) + load<f32>(bias + i));
  }
}

/** The last two of four numbers in float64. */
// @ts-ignore: decorator
@inline
function upper(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f64>(v, v, 1, 0));
}

// @ts-ignore: decorator
@inline
function sum64(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** Operands: x, dy, dx, columns, groups, gain, moments, then the gradients of gain and bias. */
export function layerNormGradientRows(op: usize, from: i32, to: i32): void {
  const columns = load<i32>(op, 16);
  const groups = load<i32>(op, 20);
  const gain = <usize>load<u32>(op, 24);
  const bytes = <usize>columns << 2;
  const whole = bytes & ~15;
  for (let row = from * groups; row < to * groups; row++) {
    const x = <usize>load<u32>(op, 4) + <usize>row * bytes;
    const dy = <usize>load<u32>(op, 8) + <usize>row * bytes;
    const dx = <usize>load<u32>(op, 12) + <usize>row * bytes;
    const moments = <usize>load<u32>(op, 28) + (<usize>row << 3);
    const center = load<f32>(moments);
    const inverse = load<f32>(moments, 4);
    const center4 = f32x4.splat(center);
    const inverse4 = f32x4.splat(inverse);
    let sums = f64x2.splat(0), more = sums;
    let alongs = sums, further = sums;
    let i: usize = 0;
    for (; i < whole; i += 16) {
      const own = f32x4.mul(v128.load(dy + i), v128.load(gain + i));
      const normal = f32x4.mul(f32x4.sub(v128.load(x + i), center4), inverse4);
      const low = f64x2.promote_low_f32x4(own);
      const high = upper(own);
      sums = f64x2.add(sums, low);
      more = f64x2.add(more, high);
      alongs = f64x2.add(alongs, f64x2.mul(low, f64x2.promote_low_f32x4(normal)));
      further = f64x2.add(further, f64x2.mul(high, upper(normal)));
    }
    let sum = sum64(f64x2.add(sums, more));
    let along = sum64(f64x2.add(alongs, further));
    for (; i < bytes; i += 4) {
      const own = <f64>(load<f32>(dy + i) * load<f32>(gain + i));
      sum += own;
      along += own * <f64>((load<f32>(x + i) - center) * inverse);
    }
    const mean = <f32>(sum / <f64>columns);
    const slope = <f32>(along / <f64>columns);
    const mean4 = f32x4.splat(mean);
    const slope4 = f32x4.splat(slope);
    for (i = 0; i < whole; i += 16) {
      const normal = f32x4.mul(f32x4.sub(v128.load(x + i), center4), inverse4);
      const own = f32x4.sub(f32x4.mul(v128.load(dy + i), v128.load(gain + i)), mean4);
      v128.store(dx + i, f32x4.mul(inverse4, f32x4.sub(own, f32x4.mul(normal, slope4))));
    }
    for (; i < bytes; i += 4) {
      const normal = (load<f32>(x + i) - center) * inverse;
      store<f32>(dx + i, inverse * (load<f32>(dy + i) * load<f32>(gain + i) - mean - normal * slope));
    }
  }
}

/** Gradients of gain and bias: sums over all rows in order, a thread has a range of columns. */
export function layerNormParameters(op: usize, rows: i32, thread: i32, threads: i32): void {
  const columns = load<i32>(op, 16);
  const all = rows * load<i32>(op, 20);
  const bytes = <usize>columns << 2;
  const first = <usize>shareOf(columns, thread, threads) << 2;
  const end = <usize>shareOf(columns, thread + 1, threads) << 2;
  const whole = first + ((end - first) & ~15);
  const gains = <usize>load<u32>(op, 32);
  const biases = <usize>load<u32>(op, 36);
  memory.fill(gains + first, 0, end - first);
  memory.fill(biases + first, 0, end - first);
  for (let row = 0; row < all; row++) {
    const x = <usize>load<u32>(op, 4) + <usize>row * bytes;
    const dy = <usize>load<u32>(op, 8) + <usize>row * bytes;
    const moments = <usize>load<u32>(op, 28) + (<usize>row << 3);
    const center = load<f32>(moments);
    const inverse = load<f32>(moments, 4);
    const center4 = f32x4.splat(center);
    const inverse4 = f32x4.splat(inverse);
    let i = first;
    for (; i < whole; i += 16) {
      const own = v128.load(dy + i);
      const normal = f32x4.mul(f32x4.sub(v128.load(x + i), center4), inverse4);
      v128.store(gains + i, f32x4.add(v128.load(gains + i), f32x4.mul(own, normal)));
      v128.store(biases + i, f32x4.add(v128.load(biases + i), own));
    }
    for (; i < end; i += 4) {
      const own = load<f32>(dy + i);
      store<f32>(gains + i, load<f32>(gains + i) + own * ((load<f32>(x + i) - center) * inverse));
      store<f32>(biases + i, load<f32>(biases + i) + own);
    }
  }
}
