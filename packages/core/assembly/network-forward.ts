import { activateBlock } from "./activations";
import { meet } from "./barrier";
import { widenRow } from "./gather";
import { multiplyShare, packA, packB, Product, shareOf } from "./gemm";
import { Network } from "./network-run";
import { attentionRows } from "./network-attention";
import { addPositionsRows, arrangeRows, poolRows, spreadRows } from "./network-tokens";
import { addRows, layerNormRows, maxoutRows } from "./network-rows";
import { softmaxRows } from "./softmax";
import { sparsemaxRows } from "./simplex";

/** Bytes from one operation to the next: its case, and then its operands. */
export const OP_BYTES: usize = 128;
/** Where the product of an operation that has one stands in it. */
export const PRODUCT: usize = 64;

const GATHER: i32 = 1;
const DENSE: i32 = 2;
const ACTIVATE: i32 = 5;
const MAXOUT: i32 = 7;
const SOFTMAX: i32 = 9;
const SPARSEMAX: i32 = 11;
const LAYER_NORM: i32 = 14;
const ADD: i32 = 16;
const ATTENTION: i32 = 28;
const ADD_POSITIONS: i32 = 21;
const POOL: i32 = 23;
const ARRANGE: i32 = 25;
const SPREAD: i32 = 26;

/** Operand number i of an operation. */
// @ts-ignore: decorator
@inline
export function word(op: usize, i: usize): i32 {
  return load<i32>(op + (i << 2));
}

/**
 * A thread's share of an operation on the way forward, rows of a batch at the places from `first` on.
 *
 * @returns whether it is one
 */
export function forwardOp(run: Network, op: usize, first: i32, rows: i32, thread: i32, threads: i32): bool {
  const from = shareOf(rows, thread, threads);
  const to = shareOf(rows, thread + 1, threads);
  switch (word(op, 0)) {
    case GATHER:
      for (let row = from; row < to; row++) gatherRow(run, op, first + row, row);
      return true;
    case DENSE: {
      const product = changetype<Product>(op + PRODUCT);
      const all = rows * word(op, 1);
      packA(product, all, product.depth, thread, threads);
      if (!run.isPacked) packB(product, product.depth, thread, threads);
      if (threads > 1) meet(run.barrier, threads);
      multiplyShare(product, all, product.depth, thread, threads);
      return true;
    }
    case ACTIVATE:
      activateRows(op, from, to);
      return true;
    case MAXOUT:
      maxoutRows(word(op, 1), word(op, 2), word(op, 3), word(op, 4), from, to);
      return true;
    case SOFTMAX: {
      const bytes = word(op, 3) << 2;
      softmaxRows(word(op, 1) + from * bytes, to - from, word(op, 3), word(op, 2) + from * bytes);
      return true;
    }
    case SPARSEMAX:
      sparsemaxRows(word(op, 1), word(op, 2), word(op, 3), word(op, 4) + thread * (word(op, 3) << 2), from, to);
      return true;
    case LAYER_NORM:
      layerNormRows(op, from, to);
      return true;
    case ADD:
      addRows(word(op, 1), word(op, 2), word(op, 3), word(op, 4), from, to);
      return true;
    case ATTENTION:
      attentionRows(op, thread, from, to);
      return true;
    case ADD_POSITIONS:
      addPositionsRows(op, from, to);
      return true;
    case POOL:
      poolRows(op, from, to);
      return true;
    case ARRANGE:
      arrangeRows(op, from, to);
      return true;
    case SPREAD:
      spreadRows(op, from, to);
      return true;
  }
  return false;
}

/** The row at a place of the order as float32, times what one unit is worth. */
function gatherRow(run: Network, op: usize, place: i32, row: i32): void {
  const columns = run.columns;
  const source = load<u32>(run.order + (<usize>place << 2));
  const size: usize = run.isBytes ? 1 : 4;
  const from = run.source + <usize>source * <usize>columns * size;
  widenRow(from, run.isBytes != 0, columns, changetype<usize>(run) + offsetof<Network>("scale"), <usize>word(op, 1) + ((<usize>row * <usize>columns) << 2));
}

/** Operands: kind, x, y, columns, where the parameter is, whether each column has its own. */
function activateRows(op: usize, from: i32, to: i32): void {
  const columns = word(op, 4);
  const start = <usize>from * <usize>columns << 2;
  const x = <usize>word(op, 2) + start;
  const y = <usize>word(op, 3) + start;
  if (!word(op, 6)) return activateBlock(word(op, 1), x, y, (to - from) * columns, word(op, 5), false);
  const bytes = <usize>columns << 2;
  for (let row: usize = 0; row < <usize>(to - from); row++)
    activateBlock(word(op, 1), x + row * bytes, y + row * bytes, columns, word(op, 5), true);
}
