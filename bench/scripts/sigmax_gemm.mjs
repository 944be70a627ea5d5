/** A product of two matrices of side 1024, float32, in the kernels' memory, and the arithmetic limit measured beside it. `node sigmax_gemm.mjs <threads>` */
import { createKernels } from "@sigmax/core/kernels";
import { createThreads } from "@sigmax/core/node";
import { createArithmeticLimit } from "./arithmetic_limit.mjs";

const side = 1024;
const threads = Number(process.argv[2] ?? 1);
const team = threads > 1 ? createThreads(threads) : undefined;
const product = await createKernels().createProduct({ rows: side, columns: side, depth: side }, team);
// Small integers: every sum is exact and can be checked.
product.a.forEach((_, i, all) => (all[i] = (i % 11) - 5));
product.b.forEach((_, i, all) => (all[i] = (i % 7) - 3));
const measureLimit = await createArithmeticLimit();
measureLimit(); // compiles it
const limits = [measureLimit()];
const milliseconds = [];
for (let i = 0; i < 15; i++) {
  const begun = performance.now();
  await product.multiply();
  milliseconds.push(performance.now() - begun);
}
limits.push(measureLimit());
team?.close();
for (let k = 0; k < side * side; k += 9973) {
  const [i, j] = [Math.floor(k / side), k % side];
  let sum = 0;
  for (let t = 0; t < side; t++) sum += product.a[i * side + t] * product.b[t * side + j];
  if (product.c[k] !== sum) throw new Error(`a wrong product at ${i}, ${j}`);
}
const median = milliseconds.toSorted((a, b) => a - b)[milliseconds.length >> 1];
const gflops = (2 * side ** 3) / median / 1e6;
const limit = Math.max(...limits);
process.stdout.write(`${JSON.stringify({ gflops, limit, share: gflops / threads / limit })}\n`);
