import { BLOCK, CLASS_BYTES } from "./linear";
import { expOfSum2 } from "./softmax64";
import { Sums } from "./sums";

/**
 * Probabilities of some rows at the place, rows × outputs in float64; of one output that of the second class. Rows go in
 * pairs, one in each lane.
 *
 * @param chosen u32 per row: which one it is
 */
export function probabilitiesOf(address: usize, chosen: usize, count: i32, output: usize): void {
  const sums = changetype<Sums>(address);
  const isSingle = sums.outputs == 1;
  const next = <usize>sums.outputs << 3;
  for (let i = 0; i < count; i += 2, chosen += 8, output += 2 * next) {
    const x = marginsAt(sums, load<u32>(chosen));
    const isPair = i + 1 < count; // else the last row goes with itself
    const y = isPair ? marginsAt(sums, load<u32>(chosen, 4)) : x;
    const toNext = isPair ? output + next : output;
    const end = <usize>sums.outputs * CLASS_BYTES;
    let max = pairAt(x, y);
    for (let k = CLASS_BYTES; k < end; k += CLASS_BYTES) max = f64x2.pmax(max, pairAt(x + k, y + k));
    let sum = f64x2.splat(0);
    for (let k: usize = 0, at: usize = 0; k < end; k += CLASS_BYTES, at += 8) {
      const exponent = isSingle ? f64x2.neg(f64x2.abs(max)) : f64x2.sub(pairAt(x + k, y + k), max);
      const e = expOfSum2(exponent, f64x2.splat(0));
      sum = f64x2.add(sum, e);
      storeLanes(output + at, toNext + at, e);
    }
    if (isSingle) {
      const share = f64x2.div(f64x2.splat(1), f64x2.add(f64x2.splat(1), sum));
      storeLanes(output, toNext, v128.bitselect(share, f64x2.mul(sum, share), f64x2.ge(max, f64x2.splat(0))));
      continue;
    }
    for (let at: usize = 0; at < next; at += 8)
      storeLanes(output + at, toNext + at, f64x2.div(v128.load64_lane(toNext + at, v128.load64_zero(output + at), 1), sum));
  }
}

// @ts-ignore: decorator
@inline
function marginsAt(sums: Sums, row: u32): usize {
  return sums.margins + <usize>(row / BLOCK) * <usize>sums.outputs * CLASS_BYTES + (<usize>(row % BLOCK) << 2);
}

/** Two float32, each from its place, as float64. */
// @ts-ignore: decorator
@inline
function pairAt(x: usize, y: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load32_lane(y, v128.load32_zero(x), 1));
}

// @ts-ignore: decorator
@inline
function storeLanes(to: usize, toNext: usize, pair: v128): void {
  v128.store64_lane(to, pair, 0);
  v128.store64_lane(toNext, pair, 1);
}
