import { ln } from "./elementary";
import { BLOCK, blockBytes } from "./linear";
import { widenRows } from "./rows";
import { expOfSum2 } from "./softmax64";
import { Sums, weightOf } from "./sums";
import { high, low, sum2 } from "./sums-wide";

/** Σ s·loss over the rows of each chunk, in float64 throughout, by the exact layer. */
export function lossAll(address: usize, thread: i32, threads: i32): void {
  const sums = changetype<Sums>(address);
  const block = sums.scratch + <usize>thread * sums.scratchBytes;
  const margins = block + blockBytes(sums.stride);
  const rowBytes = <usize>sums.stride << 2;
  for (let chunk = thread; chunk < sums.chunks; chunk += threads) {
    const total = sums.totals + <usize>chunk * 24;
    store<f64>(total, 0);
    const end = min((chunk + 1) * sums.chunkBlocks * BLOCK, sums.rows);
    for (let first = chunk * sums.chunkBlocks * BLOCK; first < end; first += BLOCK) {
      const count = min(BLOCK, end - first);
      let rows = sums.source + <usize>first * rowBytes;
      if (sums.isBytes) {
        rows = block;
        widenRows(sums.source + <usize>first * <usize>sums.stride, count * sums.stride, rows);
      }
      exactMargins(sums, rows, count, margins);
      addExactLoss(sums, first, count, margins, total);
    }
  }
}

/** Bytes between one output and the next in a block of margins in float64. */
const EXACT_BYTES: usize = <usize>BLOCK << 3;

/** z = X wᵀ + b of float32 rows, outputs × BLOCK, in float64; the scale is in the exact layer. Rows go in pairs. */
function exactMargins(sums: Sums, rows: usize, count: i32, margins: usize): void {
  const rowBytes = <usize>sums.stride << 2;
  const bytes = <usize>sums.stride << 3;
  for (let k = 0; k < sums.outputs; k++) {
    const bias = load<f64>(sums.exactLayer + <usize>sums.outputs * bytes + (<usize>k << 3));
    const to = margins + <usize>k * EXACT_BYTES;
    let x = rows;
    for (let i = 0; i < count; i += 2, x += 2 * rowBytes) {
      const isPair = i + 1 < count; // else the last row goes with itself
      let next = isPair ? x + rowBytes : x;
      let w = sums.exactLayer + <usize>k * bytes;
      let a = f64x2.splat(0), b = a, c = a, d = a;
      let own = x;
      for (const end = x + rowBytes; own < end; own += 16, next += 16, w += 32) {
        const values = v128.load(own);
        const others = v128.load(next);
        const low2 = v128.load(w);
        const high2 = v128.load(w, 16);
        a = f64x2.add(a, f64x2.mul(low(values), low2));
        b = f64x2.add(b, f64x2.mul(high(values), high2));
        c = f64x2.add(c, f64x2.mul(low(others), low2));
        d = f64x2.add(d, f64x2.mul(high(others), high2));
      }
      store<f64>(to + (<usize>i << 3), sum2(f64x2.add(a, b)) + bias);
      if (isPair) store<f64>(to + (<usize>i << 3), sum2(f64x2.add(c, d)) + bias, 8);
    }
  }
}

/** Adds the losses of a block of rows to `total`. One output is the logit of the second of two, the first being 0. */
function addExactLoss(sums: Sums, first: i32, count: i32, margins: usize, total: usize): void {
  const isSingle = sums.outputs == 1;
  const end = margins + <usize>sums.outputs * EXACT_BYTES;
  let loss: f64 = 0;
  let product: f64 = 1; // one logarithm for many rows: that of the product of their sums
  for (let i = 0; i < count; i += 2) {
    const from = margins + (<usize>i << 3);
    let max = v128.load(from);
    for (let z = from + EXACT_BYTES; z < end; z += EXACT_BYTES) max = f64x2.pmax(max, v128.load(z));
    let sum = isSingle ? f64x2.splat(1) : f64x2.splat(0);
    for (let z = from; z < end; z += EXACT_BYTES) {
      const exponent = isSingle ? f64x2.neg(f64x2.abs(max)) : f64x2.sub(v128.load(z), max);
      sum = f64x2.add(sum, expOfSum2(exponent, f64x2.splat(0)));
    }
    if (isSingle) max = f64x2.pmax(f64x2.splat(0), max);
    for (let lane = 0; lane < min(2, count - i); lane++) {
      const row = first + i + lane;
      const label = load<u32>(sums.labels + (<usize>row << 2));
      const z = from + (<usize>lane << 3);
      const own = isSingle ? (label ? load<f64>(z) : 0) : load<f64>(z + <usize>label * EXACT_BYTES);
      const outside = (lane == 0 ? f64x2.extract_lane(max, 0) : f64x2.extract_lane(max, 1)) - own;
      const each = lane == 0 ? f64x2.extract_lane(sum, 0) : f64x2.extract_lane(sum, 1);
      if (sums.sampleWeights) loss += weightOf(sums, row) * (outside + ln(each));
      else {
        loss += outside;
        product *= each; // at most the number of outputs, so no more than 2¹⁰²³ for 64 rows
      }
    }
  }
  store<f64>(total, load<f64>(total) + (loss + ln(product)));
}
