import { createLayout } from "./layout.ts";
import { rowLoss, type RowLoss } from "./row-loss.ts";
import type { LineValues } from "./sums.ts";
import { createMemory, instantiate } from "./webassembly.ts";

/** Bytes of margins that are worked on at a time: they, the direction and the residuals stay in the cache. */
const stageBytes = 1 << 16;

/** `rowLoss` by a kernel, two rows at a time. */
export function simdRowLoss(
  module: object,
  heapBase: number,
  labels: Int32Array,
  outputs: number,
  sampleWeights: Float64Array | null,
): RowLoss {
  const rowsAtOnce = Math.min(labels.length, 2 * Math.max(1, Math.floor(stageBytes / (16 * outputs))));
  const numbers = rowsAtOnce * outputs;
  const layout = createLayout(heapBase);
  const marginsAt = layout.take(numbers * 8);
  const directionAt = layout.take(numbers * 8);
  const residualsAt = layout.take(numbers * 8);
  const labelsAt = layout.take(rowsAtOnce * 4);
  const weightsAt = sampleWeights ? layout.take(rowsAtOnce * 8) : 0;
  const totalsAt = layout.take(24);
  const job = layout.take(32);
  const memory = createMemory(layout.size());
  const kernels = instantiate(module, memory);
  const { buffer } = memory;
  const ownMargins = new Float64Array(buffer, marginsAt, numbers);
  const ownDirection = new Float64Array(buffer, directionAt, numbers);
  const ownResiduals = new Float64Array(buffer, residualsAt, numbers);
  const ownLabels = new Int32Array(buffer, labelsAt, rowsAtOnce);
  const ownWeights = sampleWeights && new Float64Array(buffer, weightsAt, rowsAtOnce);
  const totals = new Float64Array(buffer, totalsAt, 3);
  const words = new Uint32Array(buffer, job, 8);
  const plain = rowLoss(labels, outputs, sampleWeights);

  const along = (
    margins: Float64Array,
    direction: Float64Array | null,
    residuals: Float64Array | null,
  ): LineValues => {
    let value = 0;
    let slope = 0;
    let curvature = 0;
    for (let first = 0; first < labels.length; first += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, labels.length - first);
      const from = first * outputs;
      const to = from + rows * outputs;
      ownMargins.set(margins.subarray(from, to));
      if (direction) ownDirection.set(direction.subarray(from, to));
      ownLabels.set(labels.subarray(first, first + rows));
      if (sampleWeights) ownWeights?.set(sampleWeights.subarray(first, first + rows));
      // The fields of `Rows` in assembly/loss64.ts, in its order.
      words.set([marginsAt, direction ? directionAt : 0, labelsAt, weightsAt, residualsAt]);
      words.set([rows, outputs, totalsAt], 5);
      kernels.lossRows64(job);
      value += totals[0];
      slope += totals[1];
      curvature += totals[2];
      residuals?.set(ownResiduals.subarray(0, to - from), from);
    }
    return { value, slope, curvature };
  };
  return {
    along,
    value: (margins) => along(margins, null, null).value,
    residuals: (margins, output) => void along(margins, null, output),
    toProbabilities: (output) => plain.toProbabilities(output),
  };
}
