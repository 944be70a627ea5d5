/**
 * Attention in Sigmax, through the public API. `node sigmax_attention.mjs [threads]` prints one JSON object: medians of
 * the forward pass with tensors in the kernels' memory and copied in and out, of the backward pass, the share of the
 * arithmetic limit, and on one thread the memory of rooms
 * of length 8,192 and 16,384.
 */
import { createKernels } from "@sigmax/core/kernels";
import { createThreads } from "@sigmax/core/node";
import { createArithmeticLimit } from "./arithmetic_limit.mjs";
import { largestError, makeTensors, medianMilliseconds, operations, shape } from "./attention_task.mjs";

const threads = Number(process.argv[2] ?? 1);
const team = threads === 1 ? undefined : createThreads(threads);
const kernels = createKernels();
const planOf = ({ batch, heads, length, width }) => ({
  batch,
  heads,
  keyHeads: heads,
  queries: length,
  keys: length,
  width,
  valueWidth: width,
  scale: 1 / Math.sqrt(width),
  causal: false,
  keyMask: false,
  bias: null,
  gradients: true,
});

const measureLimit = await createArithmeticLimit();
const room = await kernels.createAttention(planOf(shape), team);
const tensors = makeTensors(shape);
const output = new Float32Array(room.output.length);
const copied = await medianMilliseconds(() => room.apply(tensors, output));
const limits = [measureLimit()];
const forward = await medianMilliseconds(() => room.forward());
limits.push(measureLimit());
room.gradients.output.set(tensors.query);
const backward = await medianMilliseconds(() => room.backward());
const gigaflops = operations / forward / 1e6 / threads;
const limit = Math.max(...limits);

const long = async (length) => {
  const one = await kernels.createAttention(planOf({ batch: 1, heads: 1, length, width: 64 }));
  one.query.set(tensors.query.subarray(0, one.query.length));
  one.key.set(tensors.key.subarray(0, one.key.length));
  one.value.set(tensors.value.subarray(0, one.value.length));
  await one.forward();
  return one.output.buffer.byteLength / 1e6;
};
const megabytes = threads === 1 && { 8192: await long(8192), 16_384: await long(16_384) };
team?.close();
process.stdout.write(
  `${JSON.stringify({
    forward,
    copied,
    backward,
    gigaflops,
    limit,
    share: gigaflops / limit,
    megabytes,
    error: largestError(tensors, output),
  })}\n`,
);
