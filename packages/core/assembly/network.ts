import { activateGradientBlock, activateParameterBlock } from "./activations";
import { meet } from "./barrier";
import { multiplyShare, packA, packB, Product, shareOf } from "./gemm";
import { sigmoidLoss, softmaxLoss } from "./loss";
import { dropoutRows } from "./dropout";
import { attentionGradientRows } from "./network-attention";
import { poolGradientRows, spreadGradientRows, spreadVectors } from "./network-tokens";
import { forwardOp, OP_BYTES, PRODUCT, word } from "./network-forward";
import { layerNormGradientRows, layerNormParameters, maxoutGradientRows } from "./network-rows";
import { Network } from "./network-run";
import { descend, squares } from "./optimizer";
import { wideLoss } from "./wide";
import { softmaxGradientRows, sparsemaxGradientRows } from "./simplex";

export { heapBase } from "./heap";
export { productAll } from "./gemm";

// A network is a list of operations, recorded once by its owner. All threads walk it together and meet after each; a
// number that an operation makes is made by one thread, its sums in one order, so the bits do not depend on how many
// threads there are. No floats between functions, for the reason told in train.ts: they are read from memory.

/** Steps over the places [first, first + count) of the order, `batch` rows each, the last one maybe shorter. */
export function networkSteps(address: usize, thread: i32, threads: i32): void {
  const run = changetype<Network>(address);
  let first = run.first;
  let rates = run.rates;
  for (const end = first + run.count; first < end; first += run.batch, rates += 16) {
    const rows = min(run.batch, end - first);
    runOps(run, first, rows, rates, thread, threads);
    if (run.isClipped) {
      squares(run, rows, thread, threads);
      if (threads > 1) meet(run.barrier, threads);
    }
    descend(run, rows, rates, thread, threads);
    if (thread == 0) addTotals(run, rows);
    if (threads > 1) meet(run.barrier, threads);
  }
}

const DENSE_GRADIENT: i32 = 3;
const DENSE_INPUT: i32 = 4;
const ACTIVATE_GRADIENT: i32 = 6;
const MAXOUT_GRADIENT: i32 = 8;
const SOFTMAX_GRADIENT: i32 = 10;
const SPARSEMAX_GRADIENT: i32 = 12;
const DROPOUT: i32 = 13;
const LAYER_NORM_GRADIENT: i32 = 15;
const SOFTMAX_LOSS: i32 = 17;
const SIGMOID_LOSS: i32 = 18;
const WIDE_LOSS: i32 = 19;
const ATTENTION_GRADIENT: i32 = 20;
const POSITIONS_GRADIENT: i32 = 22;
const POOL_GRADIENT: i32 = 24;
const SPREAD_GRADIENT: i32 = 27;

function runOps(run: Network, first: i32, rows: i32, step: usize, thread: i32, threads: i32): void {
  let op = run.ops;
  for (let i = 0; i < run.opCount; i++, op += OP_BYTES) {
    if (!forwardOp(run, op, first, rows, thread, threads)) trainingOp(run, op, first, rows, step, thread, threads);
    if (threads > 1) meet(run.barrier, threads);
  }
}

/** The same for operations of training alone. */
function trainingOp(run: Network, op: usize, first: i32, rows: i32, step: usize, thread: i32, threads: i32): void {
  const from = shareOf(rows, thread, threads);
  const to = shareOf(rows, thread + 1, threads);
  switch (word(op, 0)) {
    case DENSE_GRADIENT: {
      const product = changetype<Product>(op + PRODUCT);
      const all = rows * word(op, 1);
      packA(product, product.rows, all, thread, threads);
      packB(product, all, thread, threads);
      if (word(op, 3)) columnSums(word(op, 2), word(op, 3), product.rows, all, thread, threads);
      if (threads > 1) meet(run.barrier, threads);
      multiplyShare(product, product.rows, all, thread, threads);
      break;
    }
    case DENSE_INPUT: {
      const product = changetype<Product>(op + PRODUCT);
      const all = rows * word(op, 1);
      packA(product, all, product.depth, thread, threads);
      packB(product, product.depth, thread, threads);
      if (threads > 1) meet(run.barrier, threads);
      multiplyShare(product, all, product.depth, thread, threads);
      break;
    }
    case ACTIVATE_GRADIENT:
      activateGradientRows(op, from, to);
      if (word(op, 8)) activateParameters(op, rows, thread, threads);
      break;
    case MAXOUT_GRADIENT:
      maxoutGradientRows(word(op, 1), word(op, 2), word(op, 3), word(op, 4), word(op, 5), from, to);
      break;
    case SOFTMAX_GRADIENT:
      softmaxGradientRows(word(op, 1), word(op, 2), word(op, 4), word(op, 3), from, to);
      break;
    case SPARSEMAX_GRADIENT:
      sparsemaxGradientRows(word(op, 1), word(op, 2), word(op, 4), word(op, 3), from, to);
      break;
    case DROPOUT:
      dropoutRows(op, run.seed, load<i32>(step, 12), from, to);
      break;
    case LAYER_NORM_GRADIENT:
      layerNormGradientRows(op, from, to);
      layerNormParameters(op, rows, thread, threads);
      break;
    case SOFTMAX_LOSS:
      softmaxLoss(run, op, first, from, to);
      break;
    case SIGMOID_LOSS:
      sigmoidLoss(run, op, first, from, to);
      break;
    case WIDE_LOSS:
      wideLoss(run, op, first, rows, thread, threads);
      break;
    case ATTENTION_GRADIENT:
      attentionGradientRows(op, thread, from, to);
      break;
    case POSITIONS_GRADIENT:
      columnSums(word(op, 1), word(op, 2), word(op, 3), rows, thread, threads);
      break;
    case POOL_GRADIENT:
      poolGradientRows(op, from, to);
      break;
    case SPREAD_GRADIENT:
      if (word(op, 7)) spreadGradientRows(op, from, to);
      spreadVectors(op, rows, thread, threads);
      break;
  }
}

/** Σ over the rows of each column of δ, in order, into the gradient of the bias: a thread has a range of columns. */
function columnSums(delta: usize, sums: usize, columns: i32, rows: i32, thread: i32, threads: i32): void {
  const groups = (columns + 3) >> 2;
  const end = shareOf(groups, thread + 1, threads);
  const bytes = <usize>columns << 2;
  for (let group = shareOf(groups, thread, threads); group < end; group++) {
    let at = delta + (<usize>group << 4);
    const to = sums + (<usize>group << 4);
    const own = columns - (group << 2);
    if (own >= 4) {
      let sum = f32x4.splat(0);
      for (let row = 0; row < rows; row++, at += bytes) sum = f32x4.add(sum, v128.load(at));
      v128.store(to, sum);
      continue;
    }
    for (let k = 0; k < own; k++) {
      let sum: f32 = 0;
      for (let row = 0, x = at + (<usize>k << 2); row < rows; row++, x += bytes) sum += load<f32>(x);
      store<f32>(to + (<usize>k << 2), sum);
    }
  }
}

/** Operands: kind, x, dy, dx, columns, parameter, each; then the parameter's gradient or 0, and a row of scratch. */
function activateGradientRows(op: usize, from: i32, to: i32): void {
  const columns = word(op, 5);
  const start = <usize>from * <usize>columns << 2;
  const x = <usize>word(op, 2) + start;
  const dy = <usize>word(op, 3) + start;
  const dx = <usize>word(op, 4) + start;
  if (!word(op, 7)) return activateGradientBlock(word(op, 1), x, dy, dx, (to - from) * columns, word(op, 6), false);
  const bytes = <usize>columns << 2;
  for (let row: usize = 0; row < <usize>(to - from); row++)
    activateGradientBlock(word(op, 1), x + row * bytes, dy + row * bytes, dx + row * bytes, columns, word(op, 6), true);
}

/** Gradients of learned parameters: a thread has a range of columns; one parameter for all is the first thread's work. */
function activateParameters(op: usize, rows: i32, thread: i32, threads: i32): void {
  const columns = word(op, 5);
  const isEach = word(op, 7) != 0;
  if (!isEach && thread > 0) return;
  const groups = (columns + 3) >> 2;
  const first = isEach ? shareOf(groups, thread, threads) << 2 : 0;
  const end = isEach ? min(columns, shareOf(groups, thread + 1, threads) << 2) : columns;
  if (end <= first) return;
  const bytes = <usize>columns << 2;
  const start = <usize>first << 2;
  const sums = <usize>word(op, isEach ? 8 : 9) + start;
  const a = <usize>word(op, 6) + (isEach ? start : 0);
  memory.fill(sums, 0, <usize>(end - first) << 2);
  let x = <usize>word(op, 2) + start;
  let dy = <usize>word(op, 3) + start;
  for (let row = 0; row < rows; row++, x += bytes, dy += bytes)
    activateParameterBlock(word(op, 1), x, dy, sums, end - first, a, isEach);
  if (isEach) return;
  let sum: f32 = 0;
  for (let k = 0; k < columns; k++) sum += load<f32>(sums + (<usize>k << 2));
  store<f32>(word(op, 8), sum);
}

/** Loss and right answers of a batch, its rows in order. */
function addTotals(run: Network, rows: i32): void {
  let loss = load<f64>(run.totals);
  let right = load<f64>(run.totals, 8);
  for (let row = 0, at = run.rowTotals; row < rows; row++, at += 16) {
    loss += load<f64>(at);
    right += load<f64>(at, 8);
  }
  store<f64>(run.totals, loss);
  store<f64>(run.totals, right, 8);
}
