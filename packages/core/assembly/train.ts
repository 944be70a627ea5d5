import { exp4, ln, LN2, sum4 } from "./elementary";
import { backward, BLOCK, blockBytes, CLASS_BYTES, forward, gather, rowAt } from "./linear";
import { meet } from "./barrier";
import * as sparse from "./sparse";

/**
 * One training run, as its owner lays it out in memory. Every thread reads the same one; each field is
 * four bytes, in this order (the owner writes them by position).
 */
@unmanaged
export class Run {
  source: usize; // rows × stride, uint8 or float32
  isBytes: u32;
  stride: i32; // elements per row, a multiple of 16; the padding is zero
  classes: i32;
  scale: f32; // what one unit of the source is worth
  labels: usize; // u32 per row
  order: usize; // u32 per place: which row comes when
  parameters: usize; // weights, classes × stride (in the tiles of sparse.ts if isSparse), then the bias, classes padded to 16 bytes
  velocity: usize; // as the parameters, or 0 without momentum
  gradients: usize; // slot 0 is the sum; with several threads, a gradient laid out as the parameters per slot
  gradientBytes: usize;
  slots: i32; // blocks worked on between two meetings of the threads
  totals: usize; // per slot: loss f64, right answers f64
  scratch: usize; // per thread: float32 block of BLOCK × stride, then its logits, classes × BLOCK
  scratchBytes: usize;
  barrier: usize; // arrivals, generation
  rates: usize; // the learning rate of each step, f32
  momentum: f32;
  decay: f32; // λ / n of the L2 penalty on the weights
  sampleWeights: usize; // f32 per row, or 0
  isSparse: u32; // whether so much is zero that it is worth skipping; the sums are the same
}

/**
 * Softmax and its gradient for a block of logits (classes × BLOCK, four rows at a time): δ = p − y takes
 * the logits' place, the bias gradient is added to, loss and right answers go to `total`.
 * The 32 bytes behind the logits are used as well.
 */
function softmaxBlock(run: Run, first: i32, count: i32, logits: usize, biasGradient: usize, total: usize): void {
  const end = logits + <usize>run.classes * CLASS_BYTES;
  const groups = (count + 3) >> 2;
  let loss: f64 = 0;
  let right: f64 = 0;
  let product: f64 = 1;
  for (let group = 0; group < groups; group++) {
    const from = logits + (<usize>group << 4);
    const to = end + (<usize>group << 4);
    const place = first + (group << 2);
    const inGroup = min(4, count - (group << 2));
    let max4 = v128.load(from);
    for (let z = from + CLASS_BYTES; z < to; z += CLASS_BYTES) max4 = f32x4.pmax(max4, v128.load(z));
    v128.store(end, max4);
    for (let i = 0; i < inGroup; i++) {
      const z = from + (<usize>i << 2);
      const label = load<u32>(run.labels + (<usize>rowAt(run.order, place + i) << 2));
      const own = load<f32>(z + <usize>label * CLASS_BYTES);
      const max = load<f32>(end + (<usize>i << 2));
      loss += weightOf(run, place + i) * (<f64>max - <f64>own);
      if (own == max) {
        let k = <u32>0; // right only if no earlier class is as high
        while (load<f32>(z + <usize>k * CLASS_BYTES) != max) k++;
        if (k == label) right += 1;
      }
    }
    // Partial sums of 32 classes, so that the error stays small for many classes.
    let sum = f32x4.splat(0);
    for (let z = from; z < to; ) {
      const stop = min(to, z + 32 * CLASS_BYTES);
      let part = f32x4.splat(0);
      for (; z < stop; z += CLASS_BYTES) {
        const e = exp4(f32x4.sub(v128.load(z), max4));
        v128.store(z, e);
        part = f32x4.add(part, e);
      }
      sum = f32x4.add(sum, part);
    }
    v128.store(end, sum);
    // One logarithm for many rows: the product of their sums.
    for (let i = 0; i < inGroup; i++) {
      const rowSum = <f64>load<f32>(end + (<usize>i << 2));
      if (run.sampleWeights) loss += weightOf(run, place + i) * ln(rowSum);
      else product *= rowSum;
    }
    if (product > 1e200) {
      product *= 2.409919865102884e-181;
      loss += 600 * LN2;
    }
    const share = f32x4.div(f32x4.splat(1), sum);
    for (let z = from; z < to; z += CLASS_BYTES) v128.store(z, f32x4.mul(v128.load(z), share));
    for (let i = 0; i < inGroup; i++) {
      const label = load<u32>(run.labels + (<usize>rowAt(run.order, place + i) << 2));
      const own = from + (<usize>i << 2) + <usize>label * CLASS_BYTES;
      store<f32>(own, load<f32>(own) - 1);
    }
    if (run.sampleWeights) weigh(run, place, inGroup, from, to);
    for (let i = inGroup; i < 4; i++) {
      for (let z = from + (<usize>i << 2); z < to; z += CLASS_BYTES) store<f32>(z, 0); // beyond the last row
    }
  }
  for (let z = logits; z < end; z += CLASS_BYTES, biasGradient += 4) {
    let part = f32x4.splat(0);
    for (let i = 0; i < groups; i++) part = f32x4.add(part, v128.load(z + (<usize>i << 4)));
    store<f32>(biasGradient, load<f32>(biasGradient) + sum4(part));
  }
  store<f64>(total, load<f64>(total) + (loss + ln(product)));
  store<f64>(total, load<f64>(total, 8) + right, 8);
}

/** What the row at a place counts. */
// @ts-ignore: decorator
@inline
function weightOf(run: Run, place: i32): f64 {
  return run.sampleWeights ? <f64>load<f32>(run.sampleWeights + (<usize>rowAt(run.order, place) << 2)) : 1;
}

/** δ of up to four rows from a place on, times what they count. */
function weigh(run: Run, place: i32, count: i32, from: usize, to: usize): void {
  for (let i = 0; i < count; i++) {
    const weight = <f32>weightOf(run, place + i);
    for (let z = from + (<usize>i << 2); z < to; z += CLASS_BYTES) store<f32>(z, load<f32>(z) * weight);
  }
}

/**
 * Minibatch steps over the places [first, first + rows) of the order, `batch` rows each, the last one
 * maybe shorter. All `threads` call this with the same numbers and their own index.
 *
 * A batch is cut into blocks of 64 rows; every block has its own gradient, and they are added in the
 * order of the blocks. So the bits do not depend on who computed which block.
 *
 * No floats between functions: with two threads in a new process, V8 11.3 now and then loses a
 * floating-point argument of a call while it is still compiling the callee. Whatever is called from here
 * takes whole numbers only (or is inlined), and reads its floats from memory.
 */
export function trainSteps(address: usize, thread: i32, threads: i32, first: i32, rows: i32, batch: i32): void {
  const run = changetype<Run>(address);
  const block = run.scratch + <usize>thread * run.scratchBytes;
  let rates = run.rates;
  for (const end = first + rows; first < end; first += batch, rates += 4) {
    const size = min(batch, end - first);
    const blocks = (size + BLOCK - 1) / BLOCK;
    if (threads == 1) {
      memory.fill(run.gradients, 0, run.gradientBytes);
      for (let k = 0; k < blocks; k++) gradientOf(run, first + k * BLOCK, first + size, block, 0);
      descend(run, 0, 1, size, rates);
      continue;
    }
    // Several threads fill a wave of slots, meet, and add them up in order, each in its own range of columns.
    for (let wave = 0; wave < blocks; wave += run.slots) {
      const next = min(blocks, wave + run.slots);
      for (let k = wave + thread; k < next; k += threads) {
        const slot = 1 + k - wave;
        memory.fill(run.gradients + <usize>slot * run.gradientBytes, 0, run.gradientBytes);
        memory.fill(run.totals + (<usize>slot << 4), 0, 16);
        gradientOf(run, first + k * BLOCK, first + size, block, slot);
      }
      meet(run.barrier, threads);
      addSlots(run, thread, threads, next - wave, wave == 0);
      if (next == blocks) descend(run, thread, threads, size, rates);
      meet(run.barrier, threads);
    }
  }
}

/** Adds loss, right answers and gradient of the block that begins at place `from` to those in a slot. */
function gradientOf(run: Run, from: i32, end: i32, block: usize, slot: i32): void {
  const count = min(BLOCK, end - from);
  const logits = block + (run.isSparse ? sparse.blockBytes(run.stride) : blockBytes(run.stride));
  const gradient = run.gradients + <usize>slot * run.gradientBytes;
  const bias = run.parameters + weightBytes(run);
  const scaleAt = changetype<usize>(run) + offsetof<Run>("scale");
  const total = run.totals + (<usize>slot << 4);
  if (run.isSparse) {
    sparse.gather(run.source, run.isBytes != 0, run.order, from, count, run.stride, block);
    sparse.forward(block, count, run.stride, run.parameters, bias, run.classes, scaleAt, logits);
    softmaxBlock(run, from, count, logits, gradient + weightBytes(run), total);
    sparse.backward(block, run.stride, logits, run.classes, gradient);
    return;
  }
  gather(run.source, run.isBytes != 0, run.order, from, count, run.stride, block);
  forward(block, count, run.stride, run.parameters, bias, run.classes, scaleAt, logits);
  softmaxBlock(run, from, count, logits, gradient + weightBytes(run), total);
  backward(block, count, run.stride, logits, run.classes, gradient);
}

// @ts-ignore: decorator
@inline
function weightBytes(run: Run): usize {
  return (<usize>run.classes * <usize>run.stride) << 2;
}

/** Slot 0 becomes the sum of slots 1 to `filled`, added to what it held unless this is the first wave. */
function addSlots(run: Run, thread: i32, threads: i32, filled: i32, isFirst: bool): void {
  const from = run.gradients + rangeStart(run, thread, threads);
  const to = run.gradients + rangeStart(run, thread + 1, threads);
  for (let sum = from; sum < to; sum += 16) {
    let g = isFirst ? f32x4.splat(0) : v128.load(sum);
    let slot = sum;
    for (let k = 0; k < filled; k++) {
      slot += run.gradientBytes;
      g = f32x4.add(g, v128.load(slot));
    }
    v128.store(sum, g);
  }
  if (thread != 0) return;
  for (let k = 1; k <= filled; k++) {
    const total = run.totals + (<usize>k << 4);
    store<f64>(run.totals, load<f64>(run.totals) + load<f64>(total));
    store<f64>(run.totals, load<f64>(run.totals, 8) + load<f64>(total, 8), 8);
  }
}

/** Where a thread's share of the gradient begins: a multiple of 64 bytes; the bias belongs to the last one. */
function rangeStart(run: Run, thread: i32, threads: i32): usize {
  if (thread == threads) return run.gradientBytes;
  return ((weightBytes(run) >> 6) * <usize>thread / <usize>threads) << 6;
}

/** v ← μ v + g / size + decay · w, w ← w − η v. Weights and bias lie as their gradients do; the bias does not decay. */
function descend(run: Run, thread: i32, threads: i32, size: i32, rateAt: usize): void {
  const from = rangeStart(run, thread, threads);
  const to = rangeStart(run, thread + 1, threads);
  const bias = weightBytes(run);
  const rate = load<f32>(rateAt);
  step(run, from, min(to, bias), run.scale / <f32>size, run.decay, rate);
  step(run, max(from, bias), to, 1 / <f32>size, 0, rate);
}

// @ts-ignore: decorator
@inline
function step(run: Run, from: usize, to: usize, factor: f32, decay: f32, rate: f32): void {
  const rate4 = f32x4.splat(rate);
  const momentum = f32x4.splat(run.momentum);
  const factor4 = f32x4.splat(factor);
  const decay4 = f32x4.splat(decay);
  for (let i = from; i < to; i += 16) {
    const w = v128.load(run.parameters + i);
    let v = f32x4.add(f32x4.mul(v128.load(run.gradients + i), factor4), f32x4.mul(w, decay4));
    if (run.velocity) {
      v = f32x4.add(f32x4.mul(v128.load(run.velocity + i), momentum), v);
      v128.store(run.velocity + i, v);
    }
    v128.store(run.parameters + i, f32x4.sub(w, f32x4.mul(v, rate4)));
  }
}
