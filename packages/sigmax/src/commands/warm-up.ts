import type { Kernels, ThreadTeam } from "@sigmax/core/kernels";
import { isReadAhead } from "../sources/ahead.ts";

/**
 * Makes kernels and threads ready while a source is read. What was begun to be read ahead, or takes longer to read than a
 * few steps to make, is large enough for threads.
 *
 * @returns what was read
 */
export async function readAndWarmUp<T>(
  reading: Promise<T>,
  kernels: Kernels,
  team: ThreadTeam | undefined,
): Promise<T> {
  if (isReadAhead()) team?.start();
  let isReading = true;
  const read = (): void => void (isReading = false);
  reading.then(read, read);
  const warmingUp = warmUp(kernels).then(() => isReading && team?.start());
  const [result] = await Promise.all([reading, warmingUp]);
  return result;
}

/**
 * A few steps, with as many zeros as pictures have. An engine compiles WebAssembly quickly at first and well only
 * once it has seen it work; done while the files are read, the first epoch does not wait for that.
 */
async function warmUp(kernels: Kernels): Promise<void> {
  const rows = 2048;
  const columns = 256;
  const classes = 10;
  const run = await kernels.createSoftmaxRun({
    values: new Uint8Array(rows * columns).fill(1, 0, (rows * columns) / 2),
    columns,
    scale: 1,
    labels: new Int32Array(rows),
    sampleWeights: null,
    classes,
    layer: { weights: new Float32Array(classes * columns), bias: new Float32Array(classes) },
    velocity: null,
  });
  await run.steps(0, rows, 256, { learningRates: new Float32Array(rows / 256), momentum: 0, decay: 0 });
}
