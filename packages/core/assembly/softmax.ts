import { exp4, sum4 } from "./elementary";

/**
 * Softmax of each row, three passes: maximum, exponentials and their sum, division. A row of −∞ gives zeros.
 * Sums run in four lanes over blocks of 1,024 columns, the blocks in float64, so the error does not
 * grow with the number of columns. `output` may be `input`.
 */
export function softmaxRows(input: usize, rows: i32, columns: i32, output: usize): void {
  const bytes = <usize>columns << 2;
  const whole = bytes & ~15;
  const tail = columns & 3;
  const lowest = f32x4.splat(-Infinity);
  for (let row = 0; row < rows; row++, input += bytes, output += bytes) {
    let max4 = lowest;
    let other4 = lowest;
    let i: usize = 0;
    for (; i + 32 <= whole; i += 32) {
      max4 = f32x4.pmax(max4, v128.load(input + i));
      other4 = f32x4.pmax(other4, v128.load(input + i, 16));
    }
    if (i < whole) max4 = f32x4.pmax(max4, v128.load(input + i));
    max4 = f32x4.pmax(max4, other4);
    if (tail) max4 = f32x4.pmax(max4, loadTail(input + whole, tail));
    max4 = f32x4.pmax(max4, v128.shuffle<f32>(max4, max4, 2, 3, 0, 1));
    max4 = f32x4.pmax(max4, v128.shuffle<f32>(max4, max4, 1, 0, 3, 2));
    const max = f32x4.extract_lane(max4, 0);
    if (max == -Infinity) {
      memory.fill(output, 0, bytes);
      continue;
    }
    let sum: f64 = 0;
    for (let start: usize = 0; start < whole; ) {
      const end = min<usize>(start + 4096, whole);
      let a = f32x4.splat(0);
      let b = f32x4.splat(0);
      for (; start + 32 <= end; start += 32) {
        const first = exp4(f32x4.sub(v128.load(input + start), max4));
        const second = exp4(f32x4.sub(v128.load(input + start, 16), max4));
        v128.store(output + start, first);
        v128.store(output + start, second, 16);
        a = f32x4.add(a, first);
        b = f32x4.add(b, second);
      }
      if (start < end) {
        const last = exp4(f32x4.sub(v128.load(input + start), max4));
        v128.store(output + start, last);
        a = f32x4.add(a, last);
        start += 16;
      }
      sum += <f64>sum4(f32x4.add(a, b));
    }
    if (tail) {
      const last = exp4(f32x4.sub(loadTail(input + whole, tail), max4));
      storeTail(output + whole, last, tail);
      sum += <f64>sum4(last);
    }
    const share = <f32>(1 / sum);
    const share4 = f32x4.splat(share);
    for (i = 0; i + 32 <= whole; i += 32) {
      v128.store(output + i, f32x4.mul(v128.load(output + i), share4));
      v128.store(output + i, f32x4.mul(v128.load(output + i, 16), share4), 16);
    }
    if (i < whole) v128.store(output + i, f32x4.mul(v128.load(output + i), share4));
    for (i = whole; i < bytes; i += 4) store<f32>(output + i, load<f32>(output + i) * share);
  }
}

/** One to three columns, the other lanes −∞. */
// @ts-ignore: decorator
@inline
function loadTail(at: usize, count: i32): v128 {
  let v = f32x4.replace_lane(f32x4.splat(-Infinity), 0, load<f32>(at));
  if (count > 1) v = f32x4.replace_lane(v, 1, load<f32>(at, 4));
  if (count > 2) v = f32x4.replace_lane(v, 2, load<f32>(at, 8));
  return v;
}

// @ts-ignore: decorator
@inline
function storeTail(at: usize, v: v128, count: i32): void {
  store<f32>(at, f32x4.extract_lane(v, 0));
  if (count > 1) store<f32>(at, f32x4.extract_lane(v, 1), 4);
  if (count > 2) store<f32>(at, f32x4.extract_lane(v, 2), 8);
}
