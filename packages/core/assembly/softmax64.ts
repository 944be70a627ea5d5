/**
 * Softmax of each row in float64, two rows at a time, one in each lane: the operations of `softmaxExactly` in
 * src/kernels/softmax-exactly.ts in its order, so its bits. A row of −∞ gives zeros.
 *
 * @param input  float32 or float64, rows × columns; not changed
 * @param output float64, rows × columns; not the same place as input
 */
export function softmaxRows64(input: usize, isFloat32: bool, rows: i32, columns: i32, output: usize): void {
  const bytes = <usize>columns << (isFloat32 ? 2 : 3);
  const outputBytes = <usize>columns << 3;
  for (let row = 0; row < rows; row += 2) {
    const isPair = row + 1 < rows; // else the last row goes with itself
    pairOfRows(input, isPair ? input + bytes : input, isFloat32, columns, output, isPair ? output + outputBytes : output);
    input += 2 * bytes;
    output += 2 * outputBytes;
  }
}

function pairOfRows(x: usize, y: usize, isFloat32: bool, columns: i32, to: usize, toNext: usize): void {
  let max = loadPair(x, y, isFloat32, 0);
  for (let k = 1; k < columns; k++) max = f64x2.pmax(max, loadPair(x, y, isFloat32, k));
  const isOpen = f64x2.ne(max, f64x2.splat(-Infinity));
  max = v128.and(max, isOpen); // a masked row: e^(−∞ − 0) = 0 everywhere
  let sum = f64x2.splat(0);
  let lost = f64x2.splat(0);
  const end = to + (<usize>columns << 3);
  let other = toNext;
  for (let at = to, k = 0; at < end; at += 8, other += 8, k++) {
    const z = loadPair(x, y, isFloat32, k);
    const difference = f64x2.sub(z, max);
    const term = expOfSum2(difference, lostInDifference(z, max, difference));
    const next = f64x2.add(sum, term);
    lost = f64x2.add(lost, lostInSum(sum, term, next));
    sum = next;
    v128.store64_lane(at, term, 0);
    v128.store64_lane(other, term, 1);
  }
  sum = f64x2.add(sum, lost);
  other = toNext;
  for (let at = to; at < end; at += 8, other += 8) {
    let share = f64x2.div(v128.load64_lane(other, v128.load64_zero(at), 1), sum);
    share = v128.and(share, isOpen); // 0 / 0 of a masked row
    v128.store64_lane(at, share, 0);
    v128.store64_lane(other, share, 1);
  }
}

/** Entry k of two rows. */
// @ts-ignore: decorator
@inline
function loadPair(x: usize, y: usize, isFloat32: bool, k: i32): v128 {
  if (!isFloat32) return v128.load64_lane(y + (<usize>k << 3), v128.load64_zero(x + (<usize>k << 3)), 1);
  return f64x2.promote_low_f32x4(v128.load32_lane(y + (<usize>k << 2), v128.load32_zero(x + (<usize>k << 2)), 1));
}

/** a + b − sum, exactly: Knuth's TwoSum. */
// @ts-ignore: decorator
@inline
function lostInSum(a: v128, b: v128, sum: v128): v128 {
  const part = f64x2.sub(sum, a);
  return f64x2.add(f64x2.sub(a, f64x2.sub(sum, part)), f64x2.sub(b, part));
}

/** a − b − difference, exactly. */
// @ts-ignore: decorator
@inline
function lostInDifference(a: v128, b: v128, difference: v128): v128 {
  return lostInSum(a, f64x2.neg(b), difference);
}

/** e^(x + y), as `expOfSum` in src/kernels/elementary.ts, for x at most 0. */
// @ts-ignore: decorator
@inline
export function expOfSum2(x: v128, y: v128): v128 {
  const k = f64x2.floor(f64x2.add(f64x2.mul(x, f64x2.splat(1.4426950408889634)), f64x2.splat(0.5)));
  const high = f64x2.sub(x, f64x2.mul(k, f64x2.splat(6.93147180369123816e-1)));
  const low = f64x2.sub(f64x2.mul(k, f64x2.splat(1.9082149292705877e-10)), y);
  const r = f64x2.sub(high, low);
  const t = f64x2.mul(r, r);
  let p = f64x2.add(f64x2.splat(-1.65339022054652515e-6), f64x2.mul(t, f64x2.splat(4.13813679705723846e-8)));
  p = f64x2.add(f64x2.splat(6.61375632143793436e-5), f64x2.mul(t, p));
  p = f64x2.add(f64x2.splat(-2.77777777770155934e-3), f64x2.mul(t, p));
  p = f64x2.add(f64x2.splat(1.66666666666666019e-1), f64x2.mul(t, p));
  const c = f64x2.sub(r, f64x2.mul(t, p));
  const one = f64x2.splat(1);
  const sum = f64x2.add(one, high);
  const rest = f64x2.sub(f64x2.div(f64x2.mul(r, c), f64x2.sub(f64x2.splat(2), c)), low);
  const power = f64x2.add(sum, f64x2.add(f64x2.sub(high, f64x2.sub(sum, one)), rest));
  // 2ᵏ in two steps, of which only the last rounds, and only a subnormal: k + 2023 goes into the exponent bits.
  const shifted = f64x2.add(k, f64x2.splat(6755399441055744 + 2023)); // 1.5·2⁵² + …: its last bits are the integer
  const scaled = f64x2.mul(f64x2.mul(power, i64x2.shl(shifted, 52)), f64x2.splat(9.332636185032189e-302)); // 2⁻¹⁰⁰⁰
  return v128.and(scaled, f64x2.ge(x, f64x2.splat(-745.1332191019412)));
}
