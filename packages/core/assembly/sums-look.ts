import { exp4, ln, LN2 } from "./elementary";
import { BLOCK, CLASS_BYTES } from "./linear";
import { Sums } from "./sums";
import { high, low, sum2 } from "./sums-wide";

/** Loss, slope and curvature at margins + step · direction, per chunk. */
export function lookAll(address: usize): void {
  const sums = changetype<Sums>(address);
  for (let chunk = 0; chunk < sums.chunks; chunk++) lookChunk(sums, chunk, sums.scratch);
}

/** margins ← margins + step · direction. */
export function moveAll(address: usize): void {
  const sums = changetype<Sums>(address);
  const step = f32x4.splat(sums.step);
  const bytes = (<usize>((sums.rows + BLOCK - 1) / BLOCK) * <usize>sums.outputs) << 8;
  for (let at: usize = 0; at < bytes; at += 16) {
    const z = sums.margins + at;
    v128.store(z, f32x4.add(v128.load(z), f32x4.mul(step, v128.load(sums.direction + at))));
  }
}

/** @param terms room for 64 bytes */
export function lookChunk(sums: Sums, chunk: i32, terms: usize): void {
  const totals = sums.totals + <usize>chunk * 24;
  const step = f32x4.splat(sums.step);
  const bytes = <usize>sums.outputs * CLASS_BYTES;
  const end = min((chunk + 1) * sums.chunkBlocks * BLOCK, sums.rows);
  const isSingle = sums.outputs == 1;
  const isWeighted = sums.sampleWeights != 0;
  let loss: f64 = 0;
  let slope: f64 = 0;
  let curvature: f64 = 0;
  let product: f64 = 1;
  // Terms of 4 rows: sum, mean of d, its variance, what the exponents are relative to; of one output 1 + e, p, p (1 − p) and
  // the margin. Each four float32.
  let first = chunk * sums.chunkBlocks * BLOCK;
  if (isSingle && !isWeighted) {
    lookSingle(sums, first, end & ~3, totals);
    first = end & ~3;
    loss = load<f64>(totals);
    slope = load<f64>(totals, 8);
    curvature = load<f64>(totals, 16);
  }
  for (; first < end; first += 4) {
    const place = <usize>(first / BLOCK) * bytes + (<usize>(first % BLOCK) << 2);
    const z = sums.margins + place;
    const d = sums.direction + place;
    let max4 = f32x4.splat(-Infinity);
    for (let k: usize = 0; k < bytes; k += CLASS_BYTES) {
      const own = f32x4.add(v128.load(z + k), f32x4.mul(step, v128.load(d + k)));
      max4 = f32x4.pmax(max4, own);
    }
    let sum = isSingle ? f32x4.splat(1) : f32x4.splat(0);
    let mean = f32x4.splat(0), square = mean, e = mean;
    for (let k: usize = 0; k < bytes; k += CLASS_BYTES) {
      const direction = v128.load(d + k);
      const own = f32x4.add(v128.load(z + k), f32x4.mul(step, direction));
      e = exp4(isSingle ? f32x4.neg(f32x4.abs(own)) : f32x4.sub(own, max4));
      sum = f32x4.add(sum, e);
      const weighted = f32x4.mul(e, direction);
      mean = f32x4.add(mean, weighted);
      square = f32x4.add(square, f32x4.mul(weighted, direction));
    }
    const share = f32x4.div(f32x4.splat(1), sum);
    if (isSingle) {
      mean = v128.bitselect(share, f32x4.mul(e, share), f32x4.ge(max4, f32x4.splat(0)));
      square = f32x4.mul(e, f32x4.mul(share, share));
    } else {
      mean = f32x4.mul(mean, share);
      square = f32x4.sub(f32x4.mul(square, share), f32x4.mul(mean, mean));
    }
    v128.store(terms, sum);
    v128.store(terms, mean, 16);
    v128.store(terms, square, 32);
    v128.store(terms, max4, 48);
    const count = min(4, end - first);
    for (let i = 0; i < count; i++) {
      const at = <usize>i << 2;
      const label = load<u32>(sums.labels + (<usize>(first + i) << 2));
      const s = isWeighted ? load<f64>(sums.sampleWeights + (<usize>(first + i) << 3)) : 1;
      let outside: f64;
      if (isSingle) {
        const margin = <f64>load<f32>(terms + at, 48);
        outside = max(label == 1 ? -margin : margin, 0.0);
        const direction = <f64>load<f32>(d + at);
        slope += s * (<f64>load<f32>(terms + at, 16) - <f64>label) * direction;
        curvature += s * <f64>load<f32>(terms + at, 32) * direction * direction;
      } else {
        const own = at + <usize>label * CLASS_BYTES;
        const direction = load<f32>(d + own);
        const margin = load<f32>(z + own) + sums.step * direction;
        outside = <f64>load<f32>(terms + at, 48) - <f64>margin;
        slope += s * (<f64>load<f32>(terms + at, 16) - <f64>direction);
        curvature += s * <f64>load<f32>(terms + at, 32);
      }
      const sum = <f64>load<f32>(terms + at);
      if (isWeighted) loss += s * (outside + ln(sum));
      else {
        // One logarithm for many rows: the product of their sums.
        loss += outside;
        product *= sum;
      }
    }
    if (product > 1e200) {
      product *= 2.409919865102884e-181;
      loss += 600 * LN2;
    }
  }
  store<f64>(totals, loss + ln(product));
  store<f64>(totals, slope, 8);
  store<f64>(totals, curvature, 16);
}

/** The sums of `lookChunk` for one output and rows that count 1, whose number is a multiple of four, into `totals`. */
function lookSingle(sums: Sums, first: i32, end: i32, totals: usize): void {
  const step = f32x4.splat(sums.step);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  let loss = f64x2.splat(0), slope = loss, curvature = loss;
  let product: f64 = 1;
  let logarithms: f64 = 0;
  while (first < end) {
    let z = sums.margins + (<usize>first << 2);
    let d = sums.direction + (<usize>first << 2);
    let label = sums.labels + (<usize>first << 2);
    const last = label + (<usize>min(BLOCK, end - first) << 2);
    let products = f64x2.splat(1);
    for (; label < last; label += 16, z += 16, d += 16) {
      const direction = v128.load(d);
      const own = f32x4.add(v128.load(z), f32x4.mul(step, direction));
      const e = exp4(f32x4.neg(f32x4.abs(own)));
      const sum = f32x4.add(one, e);
      const share = f32x4.div(one, sum);
      const p = v128.bitselect(share, f32x4.mul(e, share), f32x4.ge(own, zero));
      const y = v128.load(label);
      // The margin against the own class: −z where the label is 1.
      const outside = f32x4.pmax(zero, v128.xor(own, i32x4.shl(y, 31)));
      const slopes = f32x4.mul(f32x4.sub(p, f32x4.convert_i32x4_s(y)), direction);
      const curvatures = f32x4.mul(f32x4.mul(e, f32x4.mul(share, share)), f32x4.mul(direction, direction));
      loss = f64x2.add(loss, sumOfHalves(outside));
      slope = f64x2.add(slope, sumOfHalves(slopes));
      curvature = f64x2.add(curvature, sumOfHalves(curvatures));
      products = f64x2.mul(products, f64x2.mul(low(sum), high(sum)));
    }
    // One logarithm for many rows: each of these products is at most 2³².
    product *= f64x2.extract_lane(products, 0) * f64x2.extract_lane(products, 1);
    first += BLOCK;
    if (product > 1e200 || first >= end) {
      logarithms += ln(product);
      product = 1;
    }
  }
  store<f64>(totals, sum2(loss) + logarithms);
  store<f64>(totals, sum2(slope), 8);
  store<f64>(totals, sum2(curvature), 16);
}

// @ts-ignore: decorator
@inline
function sumOfHalves(v: v128): v128 {
  return f64x2.add(low(v), high(v));
}
