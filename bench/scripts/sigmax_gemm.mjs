/**
 * Products of two matrices of side 1024, float32, in the kernels' memory: on one thread and on two in turn, and the
 * arithmetic limit beside them, since a processor in the cloud changes its speed within the second. Prints one JSON object.
 */
import { createKernels } from "@sigmax/core/kernels";
import { createThreads } from "@sigmax/core/node";
import { createArithmeticLimit } from "./arithmetic_limit.mjs";

const side = 1024;
const turns = 15;
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

async function open(team) {
  const product = await createKernels().createProduct({ rows: side, columns: side, depth: side }, team);
  // Small integers: every sum is exact and can be checked.
  product.a.forEach((_, i, all) => (all[i] = (i % 11) - 5));
  product.b.forEach((_, i, all) => (all[i] = (i % 7) - 3));
  return product;
}

/** 10⁹ operations a second of some products, the median. */
async function speed(product, times) {
  const found = [];
  for (let i = 0; i < times; i++) {
    const begun = performance.now();
    await product.multiply();
    found.push((2 * side ** 3) / (performance.now() - begun) / 1e6);
  }
  return median(found);
}

function check({ a, b, c }) {
  for (let k = 0; k < side * side; k += 9973) {
    const [i, j] = [Math.floor(k / side), k % side];
    let sum = 0;
    for (let t = 0; t < side; t++) sum += a[i * side + t] * b[t * side + j];
    if (c[k] !== sum) throw new Error(`a wrong product at ${i}, ${j}`);
  }
}

const team = createThreads(2);
const [one, two] = [await open(undefined), await open(team)];
const measureLimit = await createArithmeticLimit();
for (const product of [one, two]) await speed(product, 5); // until it is compiled well
measureLimit();
const found = [];
for (let turn = 0; turn < turns; turn++)
  found.push({ limit: measureLimit(), one: await speed(one, 3), two: await speed(two, 5) });
team.close();
[one, two].forEach(check);
process.stdout.write(
  `${JSON.stringify({
    one: median(found.map((each) => each.one)),
    two: median(found.map((each) => each.two)),
    limit: median(found.map(({ limit }) => limit)),
    gain: median(found.map((each) => each.two / each.one)),
    share: median(found.map((each) => each.one / each.limit)),
  })}\n`,
);
