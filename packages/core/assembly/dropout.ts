/**
 * x / (1 − share) where a number of the bits of (seed, step, layer, row, column) says so, else 0: `isKept` in
 * src/kernels/network/ops/dropout.ts. Operands: x, y, columns, layer, the least number that is kept, 1 / (1 − share).
 */
export function dropoutRows(op: usize, seed: i32, step: i32, from: i32, to: i32): void {
  const columns = load<i32>(op, 12);
  const bytes = <usize>columns << 2;
  const least = i32x4.splat(load<i32>(op, 20));
  const factor = f32x4.splat(load<f32>(op, 24));
  const steps = mixed(mixed(seed, step), load<i32>(op, 16));
  for (let row = from; row < to; row++) {
    const own = i32x4.splat(mixed(steps, row));
    let x = <usize>load<u32>(op, 4) + <usize>row * bytes;
    let y = <usize>load<u32>(op, 8) + <usize>row * bytes;
    let column = i32x4(0, 1, 2, 3);
    for (let left = columns; left > 0; left -= 4, x += 16, y += 16) {
      const bits = finish4(mixed4(own, column));
      column = i32x4.add(column, i32x4.splat(4));
      const isKept = i32x4.ge_u(bits, least);
      if (left >= 4) {
        v128.store(y, v128.and(isKept, f32x4.mul(factor, v128.load(x))));
        continue;
      }
      for (let k: usize = 0; k < <usize>left; k++) {
        const value = load<f32>(x + (k << 2)) * f32x4.extract_lane(factor, 0);
        const isOwn = k == 0 ? i32x4.extract_lane(isKept, 0) : k == 1 ? i32x4.extract_lane(isKept, 1) : i32x4.extract_lane(isKept, 2);
        store<f32>(y + (k << 2), isOwn ? value : 0);
      }
    }
  }
}

/** One more number into the bits. */
// @ts-ignore: decorator
@inline
function mixed(h: i32, own: i32): i32 {
  h = (h ^ <i32>(<u32>h >>> 16) ^ own) * <i32>0x85ebca6b;
  return (h ^ <i32>(<u32>h >>> 13)) * <i32>0xc2b2ae35;
}

// @ts-ignore: decorator
@inline
function mixed4(h: v128, own: v128): v128 {
  h = i32x4.mul(v128.xor(v128.xor(h, i32x4.shr_u(h, 16)), own), i32x4.splat(<i32>0x85ebca6b));
  return i32x4.mul(v128.xor(h, i32x4.shr_u(h, 13)), i32x4.splat(<i32>0xc2b2ae35));
}

// @ts-ignore: decorator
@inline
function finish4(h: v128): v128 {
  return v128.xor(h, i32x4.shr_u(h, 16));
}
