import { meet } from "./barrier";
import { exp4, ln, sum4 } from "./elementary";
import { multiplyPanels, packAcross, packAlong, shareOf, TILE_COLUMNS, TILE_ROWS } from "./gemm";
import { Network } from "./network-run";

/** A linear layer with its cross-entropy, as its owner lays it out; each field is four bytes. */
@unmanaged
class Wide {
  code: i32;
  input: usize; // X, rows × columns
  weights: usize; // W, classes × columns
  bias: usize;
  weightGradient: usize;
  biasGradient: usize;
  inputGradient: usize; // or 0
  columns: i32;
  classes: i32;
  tile: i32; // classes at a time
  chunks: i32; // stretches of tiles; one thread's work each, whatever the number of threads
  packedRows: usize; // X as the left factor of logits
  packedColumns: usize; // X as the right factor of ∂W
  statistics: usize; // per tile and row 16 bytes: largest logit, Σ e^(z − largest), which class it is
  rowFigures: usize; // per row 16 bytes: largest logit of all, 1 / Σ, weight of the row, logit of the label
  scratch: usize; // per thread
  scratchBytes: usize;
  partials: usize; // per chunk rows × columns, where ∂X is wanted
  mostRows: i32;
}

/**
 * Logits, loss and all gradients of a linear layer with very many classes, over tiles of classes: each tile's logits are
 * made, used, and forgotten; on the way back they are made again. Sums over tiles go in their order, so the bits do not
 * depend on the threads.
 *
 * @see Milakov & Gimelshein, Online normalizer calculation for softmax (2018); Wijmans et al., Cut your losses in
 *   large-vocabulary language models (2024)
 */
export function wideLoss(run: Network, op: usize, first: i32, rows: i32, thread: i32, threads: i32): void {
  const wide = changetype<Wide>(op);
  const heights = (rows + TILE_ROWS - 1) / TILE_ROWS;
  const widths = (wide.columns + TILE_COLUMNS - 1) / TILE_COLUMNS;
  const bytes = <usize>wide.columns << 2;
  packAlong(wide.input, bytes, rows, wide.columns, TILE_ROWS, shareOf(heights, thread, threads), shareOf(heights, thread + 1, threads), wide.packedRows);
  packAcross(wide.input, bytes, wide.columns, rows, TILE_COLUMNS, shareOf(widths, thread, threads), shareOf(widths, thread + 1, threads), wide.packedColumns);
  if (threads > 1) meet(run.barrier, threads);
  const tiles = (wide.classes + wide.tile - 1) / wide.tile;
  const firstChunk = shareOf(wide.chunks, thread, threads);
  const endChunk = shareOf(wide.chunks, thread + 1, threads);
  for (let t = shareOf(tiles, firstChunk, wide.chunks), end = shareOf(tiles, endChunk, wide.chunks); t < end; t++) {
    tileLogits(wide, t, rows, thread);
    seeTile(run, wide, t, first, rows, thread);
  }
  if (threads > 1) meet(run.barrier, threads);
  joinTiles(run, wide, tiles, first, shareOf(rows, thread, threads), shareOf(rows, thread + 1, threads), rows);
  if (threads > 1) meet(run.barrier, threads);
  for (let chunk = firstChunk; chunk < endChunk; chunk++)
    for (let t = shareOf(tiles, chunk, wide.chunks), begin = t, end = shareOf(tiles, chunk + 1, wide.chunks); t < end; t++) {
      tileLogits(wide, t, rows, thread);
      tileDeltas(run, wide, t, first, rows, thread);
      tileGradients(wide, t, rows, thread, chunk, t == begin);
    }
  if (!wide.inputGradient) return;
  if (threads > 1) meet(run.barrier, threads);
  joinInputs(wide, shareOf(rows, thread, threads), shareOf(rows, thread + 1, threads));
}

/** Classes of a tile. */
// @ts-ignore: decorator
@inline
function classesOf(wide: Wide, t: i32): i32 {
  return min(wide.tile, wide.classes - t * wide.tile);
}

/** A thread's logits of a tile, rows × tile; behind them room for what is packed, and an edge. */
// @ts-ignore: decorator
@inline
function logitsAt(wide: Wide, thread: i32): usize {
  return wide.scratch + <usize>thread * wide.scratchBytes;
}

// @ts-ignore: decorator
@inline
function packedAt(wide: Wide, thread: i32): usize {
  return logitsAt(wide, thread) + ((<usize>wide.mostRows * <usize>wide.tile) << 2);
}

// @ts-ignore: decorator
@inline
function edgeAt(wide: Wide, thread: i32): usize {
  return wide.scratch + <usize>(thread + 1) * wide.scratchBytes - 128;
}

/** Z = X Wᵀ + b of a tile. */
function tileLogits(wide: Wide, t: i32, rows: i32, thread: i32): void {
  const own = classesOf(wide, t);
  const bytes = <usize>wide.columns << 2;
  const begin = <usize>t * <usize>wide.tile;
  const widths = (own + TILE_COLUMNS - 1) / TILE_COLUMNS;
  const heights = (rows + TILE_ROWS - 1) / TILE_ROWS;
  const packed = packedAt(wide, thread);
  packAlong(wide.weights + begin * bytes, bytes, own, wide.columns, TILE_COLUMNS, 0, widths, packed);
  multiplyPanels(wide.packedRows, packed, rows, own, wide.columns, wide.bias + (begin << 2), logitsAt(wide, thread), <usize>wide.tile << 2, 0, heights, 0, widths, edgeAt(wide, thread), false);
}

/** The largest logit of each row in a tile, the sum above it, and the label's logit where it is here. */
function seeTile(run: Network, wide: Wide, t: i32, first: i32, rows: i32, thread: i32): void {
  const own = classesOf(wide, t);
  const whole = <usize>(own & ~3) << 2;
  const end = <usize>own << 2;
  const begin = t * wide.tile;
  let z = logitsAt(wide, thread);
  let to = wide.statistics + ((<usize>t * <usize>wide.mostRows) << 4);
  for (let row = 0; row < rows; row++, z += <usize>wide.tile << 2, to += 16) {
    let max4 = f32x4.splat(-Infinity);
    for (let i: usize = 0; i < whole; i += 16) max4 = f32x4.pmax(max4, v128.load(z + i));
    let max = f32x4.extract_lane(max4, 0);
    if (f32x4.extract_lane(max4, 1) > max) max = f32x4.extract_lane(max4, 1);
    if (f32x4.extract_lane(max4, 2) > max) max = f32x4.extract_lane(max4, 2);
    if (f32x4.extract_lane(max4, 3) > max) max = f32x4.extract_lane(max4, 3);
    for (let i = whole; i < end; i += 4) if (load<f32>(z + i) > max) max = load<f32>(z + i);
    let top: usize = 0;
    while (top < end && load<f32>(z + top) != max) top += 4;
    max4 = f32x4.splat(max);
    let sums = f32x4.splat(0);
    for (let i: usize = 0; i < whole; i += 16) sums = f32x4.add(sums, exp4(f32x4.sub(v128.load(z + i), max4)));
    let sum = sum4(sums);
    for (let i = whole; i < end; i += 4) sum += f32x4.extract_lane(exp4(f32x4.splat(load<f32>(z + i) - max)), 0);
    store<f32>(to, max);
    store<f32>(to, sum, 4);
    store<i32>(to, begin + <i32>(top >> 2), 8);
    const label = load<i32>(run.labels + (<usize>load<u32>(run.order + (<usize>(first + row) << 2)) << 2)) - begin;
    if (label >= 0 && label < own) store<f32>(wide.rowFigures + (<usize>row << 4), load<f32>(z + (<usize>label << 2)), 12);
  }
}

/** Of some rows the loss, and what makes probabilities of logits. */
function joinTiles(run: Network, wide: Wide, tiles: i32, first: i32, from: i32, to: i32, rows: i32): void {
  const bytes = <usize>wide.mostRows << 4;
  for (let row = from; row < to; row++) {
    const own = wide.statistics + (<usize>row << 4);
    let max = load<f32>(own);
    let top = load<i32>(own, 8);
    for (let t: usize = 1; t < <usize>tiles; t++)
      if (load<f32>(own + t * bytes) > max) {
        max = load<f32>(own + t * bytes);
        top = load<i32>(own + t * bytes, 8);
      }
    let sum: f64 = 0;
    for (let t: usize = 0; t < <usize>tiles; t++) {
      const at = own + t * bytes;
      sum += <f64>load<f32>(at, 4) * <f64>f32x4.extract_lane(exp4(f32x4.splat(load<f32>(at) - max)), 0);
    }
    const source = <usize>load<u32>(run.order + (<usize>(first + row) << 2));
    const weight: f32 = run.sampleWeights ? load<f32>(run.sampleWeights + (source << 2)) : 1;
    const figures = wide.rowFigures + (<usize>row << 4);
    const loss = <f64>weight * (<f64>max - <f64>load<f32>(figures, 12) + ln(sum));
    store<f32>(figures, max);
    store<f32>(figures, <f32>(1 / sum), 4);
    store<f32>(figures, weight, 8);
    const total = run.rowTotals + (<usize>row << 4);
    store<f64>(total, isFinite(max) ? loss : NaN);
    store<f64>(total, top == load<i32>(run.labels + (source << 2)) ? 1 : 0, 8);
  }
}

/** δ = s (p − y) in the place of a tile's logits. */
function tileDeltas(run: Network, wide: Wide, t: i32, first: i32, rows: i32, thread: i32): void {
  const own = classesOf(wide, t);
  const end = <usize>own << 2;
  const begin = t * wide.tile;
  const share = run.smoothing / <f32>wide.classes;
  let z = logitsAt(wide, thread);
  for (let row = 0; row < rows; row++, z += <usize>wide.tile << 2) {
    const figures = wide.rowFigures + (<usize>row << 4);
    const max4 = f32x4.splat(load<f32>(figures));
    const inverse4 = f32x4.splat(load<f32>(figures, 4));
    const weight = load<f32>(figures, 8);
    const weight4 = f32x4.splat(weight);
    const share4 = f32x4.splat(share);
    let i: usize = 0;
    for (; i + 16 <= end; i += 16) {
      const p = f32x4.mul(exp4(f32x4.sub(v128.load(z + i), max4)), inverse4);
      v128.store(z + i, f32x4.mul(weight4, f32x4.sub(p, share4)));
    }
    for (; i < end; i += 4) {
      const p = f32x4.mul(exp4(f32x4.sub(f32x4.splat(load<f32>(z + i)), max4)), inverse4);
      store<f32>(z + i, f32x4.extract_lane(f32x4.mul(weight4, f32x4.sub(p, share4)), 0));
    }
    const label = load<i32>(run.labels + (<usize>load<u32>(run.order + (<usize>(first + row) << 2)) << 2)) - begin;
    if (label < 0 || label >= own) continue;
    const at = z + (<usize>label << 2);
    store<f32>(at, load<f32>(at) - weight * (<f32>1 - run.smoothing));
  }
}

/** ∂W and ∂b of a tile, and what it adds to its chunk's ∂X. */
function tileGradients(wide: Wide, t: i32, rows: i32, thread: i32, chunk: i32, isFirst: bool): void {
  const own = classesOf(wide, t);
  const bytes = <usize>wide.columns << 2;
  const stride = <usize>wide.tile << 2;
  const begin = <usize>t * <usize>wide.tile;
  const delta = logitsAt(wide, thread);
  const packed = packedAt(wide, thread);
  const edge = edgeAt(wide, thread);
  const widths = (wide.columns + TILE_COLUMNS - 1) / TILE_COLUMNS;
  let heights = (own + TILE_ROWS - 1) / TILE_ROWS;
  packAcross(delta, stride, own, rows, TILE_ROWS, 0, heights, packed);
  multiplyPanels(packed, wide.packedColumns, own, wide.columns, rows, 0, wide.weightGradient + begin * bytes, bytes, 0, heights, 0, widths, edge, false);
  for (let k: usize = 0; k < <usize>own; k++) {
    let sum: f32 = 0;
    for (let row: usize = 0, at = delta + (k << 2); row < <usize>rows; row++, at += stride) sum += load<f32>(at);
    store<f32>(wide.biasGradient + ((begin + k) << 2), sum);
  }
  if (!wide.inputGradient) return;
  heights = (rows + TILE_ROWS - 1) / TILE_ROWS;
  const others = packed + ((<usize>(heights * TILE_ROWS) * <usize>own) << 2);
  packAlong(delta, stride, rows, own, TILE_ROWS, 0, heights, packed);
  packAcross(wide.weights + begin * bytes, bytes, wide.columns, own, TILE_COLUMNS, 0, widths, others);
  const partial = wide.partials + <usize>chunk * (<usize>wide.mostRows * bytes);
  multiplyPanels(packed, others, rows, wide.columns, own, 0, partial, bytes, 0, heights, 0, widths, edge, !isFirst);
}

/** ∂X of some rows: the chunks' parts in order. */
function joinInputs(wide: Wide, from: i32, to: i32): void {
  const end = <usize>to * <usize>wide.columns << 2;
  const bytes = (<usize>wide.mostRows * <usize>wide.columns) << 2;
  for (let i = <usize>from * <usize>wide.columns << 2; i < end; i += 4) {
    let sum = load<f32>(wide.partials + i);
    for (let chunk: usize = 1; chunk < <usize>wide.chunks; chunk++) sum += load<f32>(wide.partials + i + chunk * bytes);
    store<f32>(wide.inputGradient + i, sum);
  }
}
