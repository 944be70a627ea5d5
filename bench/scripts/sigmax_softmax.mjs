/** Row softmax in Sigmax, through the public API, on one thread. Prints one JSON object. */
import { createKernels } from "@sigmax/core/kernels";
import { measureSoftmax } from "./softmax_task.mjs";

const kernels = createKernels();
await measureSoftmax(async ({ columns }, logits) => {
  const output = new Float32Array(logits.length);
  return { run: () => kernels.softmaxRows(logits, columns, output), probabilities: () => output };
});
