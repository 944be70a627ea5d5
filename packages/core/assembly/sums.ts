import { exp4, ln, LN2, sum4 } from "./elementary";
import { backward, BLOCK, blockBytes, CLASS_BYTES, forward, gather } from "./linear";
import { backwardSingle, forwardSingle } from "./single";
import { widenRows } from "./rows";
import { expOfSum2 } from "./softmax64";

/**
 * The rows of one linear model, as their owner lays them out in memory, each field four bytes, in this order.
 * Rows are worked on in blocks of 64, and blocks belong to chunks: each chunk has its own sums, which are added in
 * order, so the bits do not depend on who computed which chunk.
 */
@unmanaged
class Sums {
  source: usize; // rows × stride, uint8 or float32
  isBytes: u32;
  rows: i32;
  stride: i32; // elements per row, a multiple of 16; the padding is zero
  outputs: i32; // 1: sigmoid, the logit of class 1; K ≥ 2: softmax
  scale: f32;
  labels: usize; // u32 per row
  sampleWeights: usize; // f64 per row, or 0
  layer: usize; // what `forwardAll` applies: weights, outputs × stride, then as many intercepts
  target: usize; // where it writes margins: per block outputs × 64, float32
  margins: usize; // those of the place
  direction: usize; // and of the direction
  chunks: i32;
  chunkBlocks: i32; // blocks per chunk; the last may have fewer
  totals: usize; // per chunk: loss, slope, curvature, f64
  gradients: usize; // per chunk: outputs × stride, float32
  biasGradients: usize; // per chunk: outputs, f64
  scratch: usize; // per thread: a block of rows, its margins, 64 bytes
  scratchBytes: usize;
  step: f32;
  looks: u32; // whether `forwardAll` looks as well, and takes the gradient there
  exactLayer: usize; // what `lossAll` applies: as `layer`, but float64, and the weights times the scale
}

/**
 * Margins of all rows; and if asked for, while rows and margins are in the cache, what `lookAll` gives, and what `backwardAll`
 * would give after `moveAll`.
 */
export function forwardAll(address: usize, thread: i32, threads: i32): void {
  const sums = changetype<Sums>(address);
  const block = sums.scratch + <usize>thread * sums.scratchBytes;
  const residuals = block + blockBytes(sums.stride);
  const bias = sums.layer + ((<usize>sums.outputs * <usize>sums.stride) << 2);
  const scaleAt = address + offsetof<Sums>("scale");
  const bytes = <usize>sums.outputs * CLASS_BYTES;
  const step = f32x4.splat(sums.step);
  for (let chunk = thread; chunk < sums.chunks; chunk += threads) {
    if (sums.looks) clearGradient(sums, chunk);
    const end = min((chunk + 1) * sums.chunkBlocks * BLOCK, sums.rows);
    for (let first = chunk * sums.chunkBlocks * BLOCK; first < end; first += BLOCK) {
      const count = min(BLOCK, end - first);
      const place = <usize>(first / BLOCK) * bytes;
      const margins = sums.target + place;
      const rows = rowsAt(sums, first, count, block);
      if (rows == block) forward(block, count, sums.stride, sums.layer, bias, sums.outputs, scaleAt, margins);
      else forwardSingle(rows, count, sums.stride, sums.layer, scaleAt, bias, margins);
      if (!sums.looks) continue;
      for (let at: usize = 0; at < bytes; at += 16) {
        const d = v128.load(sums.direction + place + at);
        v128.store(residuals + at, f32x4.add(v128.load(sums.margins + place + at), f32x4.mul(step, d)));
      }
      addGradient(sums, chunk, first, count, rows, block, residuals);
    }
    if (sums.looks) lookChunk(sums, chunk, block);
  }
}

/** Σ s (p − y) xᵀ over the rows of each chunk, from the margins of the place. */
export function backwardAll(address: usize, thread: i32, threads: i32): void {
  const sums = changetype<Sums>(address);
  const block = sums.scratch + <usize>thread * sums.scratchBytes;
  const bytes = <usize>sums.outputs * CLASS_BYTES;
  for (let chunk = thread; chunk < sums.chunks; chunk += threads) {
    clearGradient(sums, chunk);
    const end = min((chunk + 1) * sums.chunkBlocks * BLOCK, sums.rows);
    for (let first = chunk * sums.chunkBlocks * BLOCK; first < end; first += BLOCK) {
      const count = min(BLOCK, end - first);
      const rows = rowsAt(sums, first, count, block);
      addGradient(sums, chunk, first, count, rows, block, sums.margins + <usize>(first / BLOCK) * bytes);
    }
  }
}

/** Where a block of rows is: as float32 that one output is made of where they lie, else gathered into `block`. */
function rowsAt(sums: Sums, first: i32, count: i32, block: usize): usize {
  if (sums.outputs == 1 && !sums.isBytes) return sums.source + ((<usize>first * <usize>sums.stride) << 2);
  gather(sums.source, sums.isBytes != 0, 0, first, count, sums.stride, block);
  return block;
}

function clearGradient(sums: Sums, chunk: i32): void {
  const gradientBytes = (<usize>sums.outputs * <usize>sums.stride) << 2;
  memory.fill(sums.gradients + <usize>chunk * gradientBytes, 0, gradientBytes);
  memory.fill(sums.biasGradients + (<usize>(chunk * sums.outputs) << 3), 0, <usize>sums.outputs << 3);
}

/**
 * Adds what a block of rows has to a gradient.
 *
 * @param rows    see `rowsAt`
 * @param margins may be where the residuals go, behind the block of rows
 */
function addGradient(sums: Sums, chunk: i32, first: i32, count: i32, rows: usize, block: usize, margins: usize): void {
  const residuals = block + blockBytes(sums.stride);
  const gradient = sums.gradients + ((<usize>chunk * <usize>sums.outputs * <usize>sums.stride) << 2);
  if (sums.outputs == 1) sigmoidResiduals(sums, first, count, margins, residuals);
  else softmaxResiduals(sums, first, count, margins, residuals);
  let at = sums.biasGradients + (<usize>(chunk * sums.outputs) << 3);
  for (let z = residuals, end = z + <usize>sums.outputs * CLASS_BYTES; z < end; z += CLASS_BYTES, at += 8) {
    let part = f32x4.splat(0);
    for (let i: usize = 0; i < CLASS_BYTES; i += 16) part = f32x4.add(part, v128.load(z + i));
    store<f64>(at, load<f64>(at) + <f64>sum4(part));
  }
  if (rows == block) backward(block, count, sums.stride, residuals, sums.outputs, gradient);
  else backwardSingle(rows, count, sums.stride, residuals, gradient);
}

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

// @ts-ignore: decorator
@inline
function weightOf(sums: Sums, row: i32): f64 {
  return sums.sampleWeights ? load<f64>(sums.sampleWeights + (<usize>row << 3)) : 1;
}

function softmaxResiduals(sums: Sums, first: i32, count: i32, margins: usize, residuals: usize): void {
  const bytes = <usize>sums.outputs * CLASS_BYTES;
  for (let i = 0; i < BLOCK; i += 4) {
    const from = margins + (<usize>i << 2);
    const to = residuals + (<usize>i << 2);
    if (i >= count) {
      for (let k: usize = 0; k < bytes; k += CLASS_BYTES) v128.store(to + k, f32x4.splat(0));
      continue;
    }
    let max4 = v128.load(from);
    for (let k: usize = CLASS_BYTES; k < bytes; k += CLASS_BYTES) max4 = f32x4.pmax(max4, v128.load(from + k));
    let sum = f32x4.splat(0);
    for (let k: usize = 0; k < bytes; k += CLASS_BYTES) {
      const e = exp4(f32x4.sub(v128.load(from + k), max4));
      v128.store(to + k, e);
      sum = f32x4.add(sum, e);
    }
    const share = f32x4.div(f32x4.splat(1), sum);
    for (let k: usize = 0; k < bytes; k += CLASS_BYTES) v128.store(to + k, f32x4.mul(v128.load(to + k), share));
    for (let j = 0; j < 4; j++) {
      const place = to + (<usize>j << 2);
      const row = first + i + j;
      if (i + j >= count) {
        for (let k: usize = 0; k < bytes; k += CLASS_BYTES) store<f32>(place + k, 0); // beyond the last row
        continue;
      }
      const own = place + <usize>load<u32>(sums.labels + (<usize>row << 2)) * CLASS_BYTES;
      store<f32>(own, load<f32>(own) - 1);
      if (sums.sampleWeights) {
        const s = <f32>weightOf(sums, row);
        for (let k: usize = 0; k < bytes; k += CLASS_BYTES) store<f32>(place + k, s * load<f32>(place + k));
      }
    }
  }
}

function sigmoidResiduals(sums: Sums, first: i32, count: i32, margins: usize, residuals: usize): void {
  const one = f32x4.splat(1);
  for (let i = 0; i < BLOCK; i += 4) {
    const to = residuals + (<usize>i << 2);
    if (i >= count) {
      v128.store(to, f32x4.splat(0));
      continue;
    }
    const z = v128.load(margins + (<usize>i << 2));
    // σ(z) from e^−|z|, which never overflows.
    const e = exp4(f32x4.neg(f32x4.abs(z)));
    const share = f32x4.div(one, f32x4.add(one, e));
    const isPositive = f32x4.ge(z, f32x4.splat(0));
    const p = v128.bitselect(share, f32x4.mul(e, share), isPositive);
    const y = f32x4.convert_i32x4_s(v128.load(sums.labels + (<usize>(first + i) << 2)));
    v128.store(to, f32x4.sub(p, y));
    if (sums.sampleWeights)
      for (let j = 0; j < min(4, count - i); j++) {
        const place = to + (<usize>j << 2);
        store<f32>(place, <f32>weightOf(sums, first + i + j) * load<f32>(place));
      }
    for (let j = count - i; j < 4; j++) store<f32>(to + (<usize>j << 2), 0); // beyond the last row
  }
}

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
function lookChunk(sums: Sums, chunk: i32, terms: usize): void {
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
function low(v: v128): v128 {
  return f64x2.promote_low_f32x4(v);
}

// @ts-ignore: decorator
@inline
function high(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 0, 1));
}

// @ts-ignore: decorator
@inline
function sumOfHalves(v: v128): v128 {
  return f64x2.add(low(v), high(v));
}

// @ts-ignore: decorator
@inline
function sum2(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}
