/**
 * Row softmax in Sigmax, through the public API, on one thread. Prints one JSON object.
 *
 * Argument "inside": the logits are written into the kernels' own memory, as a caller does who computes them there,
 * and softmax is timed alone; without it, ordinary typed arrays go in and out.
 */
import { createKernels } from "@sigmax/core/kernels";
import { measureSoftmax } from "./softmax_task.mjs";

const kernels = createKernels();
const isInside = process.argv[2] === "inside";
await measureSoftmax(async ({ rows, columns }, logits) => {
  if (isInside) {
    const inside = kernels.createSoftmaxRows(rows, columns);
    return {
      before: () => inside.values.set(logits),
      run: () => inside.apply(),
      probabilities: () => inside.values,
    };
  }
  const output = new Float32Array(logits.length);
  return { run: () => kernels.softmaxRows(logits, columns, output), probabilities: () => output };
});
