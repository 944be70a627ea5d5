import { exp4, sum4 } from "./elementary";
import { backward, BLOCK, blockBytes, CLASS_BYTES, forward, gather } from "./linear";
import { backwardSingle, forwardSingle } from "./single";
import { Sums, weightOf } from "./sums";
import { lookChunk } from "./sums-look";

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
