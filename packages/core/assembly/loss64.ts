import { LN2 } from "./elementary";
import { expOfSum2 } from "./softmax64";

/** Some rows and where to look at them, as their owner lays them out in memory, each field four bytes, in this order. */
@unmanaged
class Rows {
  margins: usize; // rows × outputs, float64
  direction: usize; // as the margins; 0: neither slope nor curvature is asked for
  labels: usize; // u32 per row
  sampleWeights: usize; // f64 per row, or 0
  residuals: usize; // gets s (p − y), as the margins; also room for exponentials
  rows: i32;
  outputs: i32; // 1: sigmoid, the logit of class 1; K ≥ 2: softmax
  totals: usize; // gets Σ s·loss, its slope and its curvature along the direction
}

/** Losses, their derivatives and residuals in float64. Rows go in pairs, one in each lane; a last one by itself counts 0 in the second. */
export function lossRows64(address: usize): void {
  const job = changetype<Rows>(address);
  const bytes = <usize>job.outputs << 3;
  let value = f64x2.splat(0), slope = value, curvature = value;
  for (let i = 0; i < job.rows; i += 2) {
    const isPair = i + 1 < job.rows;
    const first = <usize>i * bytes;
    const second = isPair ? first + bytes : first;
    const label = job.labels + (<usize>i << 2);
    const own = i64x2.replace_lane(i64x2.splat(load<u32>(label)), 1, load<u32>(isPair ? label + 4 : label));
    let s = f64x2.splat(1);
    if (job.sampleWeights) s = v128.load64_splat(job.sampleWeights + (<usize>i << 3));
    if (!isPair) s = f64x2.replace_lane(s, 1, 0);
    else if (job.sampleWeights) s = f64x2.replace_lane(s, 1, load<f64>(job.sampleWeights + (<usize>i << 3), 8));

    const z = job.margins + first;
    const w = job.margins + second;
    const to = job.residuals + first;
    const toNext = job.residuals + second;
    const d = job.direction + first;
    const e = job.direction + second;
    let sum = f64x2.splat(0), outside = sum, lost = sum;
    if (job.outputs == 1) {
      const margin = pairAt(z, w);
      const small = expOfSum2(f64x2.neg(f64x2.abs(margin)), f64x2.splat(0));
      sum = f64x2.add(f64x2.splat(1), small);
      const isOwn = i64x2.ne(own, i64x2.splat(0)); // of class 1
      outside = f64x2.pmax(f64x2.splat(0), v128.bitselect(f64x2.neg(margin), margin, isOwn));
      // ln(1 + e) with what 1 + e lost, so that a small loss keeps its digits.
      lost = f64x2.div(f64x2.sub(small, f64x2.sub(sum, f64x2.splat(1))), sum);
      const share = f64x2.div(f64x2.splat(1), sum);
      const other = f64x2.mul(small, share);
      const isPositive = f64x2.ge(margin, f64x2.splat(0));
      // Of the small side, so that a residual near 0 keeps its digits.
      const residual = f64x2.mul(
        s,
        v128.bitselect(
          f64x2.neg(v128.bitselect(other, share, isPositive)),
          v128.bitselect(share, other, isPositive),
          isOwn,
        ),
      );
      storePair(to, toNext, residual);
      if (job.direction) {
        const along = pairAt(d, e);
        slope = f64x2.add(slope, f64x2.mul(residual, along));
        curvature = f64x2.add(curvature, f64x2.mul(f64x2.mul(s, f64x2.mul(other, share)), f64x2.mul(along, along)));
      }
    } else {
      let max = pairAt(z, w);
      for (let k: usize = 8; k < bytes; k += 8) max = f64x2.pmax(max, pairAt(z + k, w + k));
      let chosen = sum, mean = sum;
      for (let k: usize = 0, place: i64 = 0; k < bytes; k += 8, place++) {
        const margin = pairAt(z + k, w + k);
        const share = expOfSum2(f64x2.sub(margin, max), f64x2.splat(0));
        storePair(to + k, toNext + k, share);
        sum = f64x2.add(sum, share);
        chosen = v128.bitselect(margin, chosen, i64x2.eq(own, i64x2.splat(place)));
        if (job.direction) mean = f64x2.add(mean, f64x2.mul(share, pairAt(d + k, e + k)));
      }
      outside = f64x2.sub(max, chosen);
      const part = f64x2.div(f64x2.splat(1), sum);
      mean = f64x2.mul(mean, part);
      let others = f64x2.splat(0), spread = others, along = others;
      for (let k: usize = 0, place: i64 = 0; k < bytes; k += 8, place++) {
        const share = pairAt(to + k, toNext + k);
        const isOwn = i64x2.eq(own, i64x2.splat(place));
        const p = f64x2.mul(share, part);
        others = f64x2.add(others, v128.andnot(p, isOwn));
        storePair(to + k, toNext + k, f64x2.mul(s, p));
        if (!job.direction) continue;
        const step = pairAt(d + k, e + k);
        along = v128.bitselect(step, along, isOwn);
        const difference = f64x2.sub(step, mean);
        spread = f64x2.add(spread, f64x2.mul(share, f64x2.mul(difference, difference)));
      }
      // p − 1 without its rounding.
      const own0 = <usize>i64x2.extract_lane(own, 0) << 3;
      const own1 = <usize>i64x2.extract_lane(own, 1) << 3;
      storePair(to + own0, toNext + own1, f64x2.neg(f64x2.mul(s, others)));
      slope = f64x2.add(slope, f64x2.mul(s, f64x2.sub(mean, along)));
      curvature = f64x2.add(curvature, f64x2.mul(s, f64x2.mul(spread, part)));
    }
    value = f64x2.add(value, f64x2.mul(s, f64x2.add(outside, f64x2.add(ln2(sum), lost))));
  }
  keepSum(job.totals, value);
  keepSum(job.totals + 8, slope);
  keepSum(job.totals + 16, curvature);
}

/** A number of each of two rows. */
// @ts-ignore: decorator
@inline
function pairAt(x: usize, y: usize): v128 {
  return v128.load64_lane(y, v128.load64_zero(x), 1);
}

/** The second first: a row that goes with itself keeps the first. */
// @ts-ignore: decorator
@inline
function storePair(to: usize, toNext: usize, pair: v128): void {
  v128.store64_lane(toNext, pair, 1);
  v128.store64_lane(to, pair, 0);
}

/** `ln` of two numbers: its operations, so its bits. */
// @ts-ignore: decorator
@inline
function ln2(x: v128): v128 {
  let m = v128.or(v128.and(x, i64x2.splat(0x000fffffffffffff)), f64x2.splat(1));
  const isLarge = f64x2.gt(m, f64x2.splat(1.4142135623730951));
  m = f64x2.mul(m, v128.bitselect(f64x2.splat(0.5), f64x2.splat(1), isLarge));
  // The exponent as a number: its bits behind those of 2⁵² are 2⁵² more than it.
  const k = f64x2.add(
    f64x2.sub(v128.or(i64x2.shr_u(x, 52), f64x2.splat(4503599627370496)), f64x2.splat(4503599627370496 + 1023)),
    v128.and(f64x2.splat(1), isLarge),
  );
  const s = f64x2.div(f64x2.sub(m, f64x2.splat(1)), f64x2.add(m, f64x2.splat(1)));
  const z = f64x2.mul(s, s);
  let p = f64x2.splat(1.0 / 23);
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.0 / 21));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.0 / 19));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.0 / 17));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.0 / 15));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.0 / 13));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.0 / 11));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.0 / 9));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.0 / 7));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.0 / 5));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.0 / 3));
  const half = f64x2.add(s, f64x2.mul(f64x2.mul(s, z), p));
  return f64x2.add(f64x2.mul(k, f64x2.splat(LN2)), f64x2.mul(f64x2.splat(2), half));
}

// @ts-ignore: decorator
@inline
function keepSum(at: usize, pair: v128): void {
  store<f64>(at, f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1));
}
