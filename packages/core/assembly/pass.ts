// Networks on the way forward: what a page loads that predicts with one.
import { packB, Product } from "./gemm";
import { forwardOp, OP_BYTES, PRODUCT, word } from "./network-forward";
import { Network } from "./network-run";

export { heapBase } from "./heap";

const DENSE: i32 = 2;

/** The operations once, over rows that lie one after the other. */
export function networkPass(address: usize, rows: i32): void {
  const run = changetype<Network>(address);
  let op = run.ops;
  for (let i = 0; i < run.opCount; i++, op += OP_BYTES) forwardOp(run, op, 0, rows, 0, 1);
}

/** Packs the weights of every dense layer, once for all passes. */
export function networkPack(address: usize): void {
  const run = changetype<Network>(address);
  let op = run.ops;
  for (let i = 0; i < run.opCount; i++, op += OP_BYTES) {
    if (word(op, 0) != DENSE) continue;
    const product = changetype<Product>(op + PRODUCT);
    packB(product, product.depth, 0, 1);
  }
}
