import { takeRows } from "../data/index.ts";
import { crossEntropy } from "../functions/index.ts";
import type { Kernels, LinearInput } from "../kernels/index.ts";
import type { Head, Network } from "../model/index.ts";

/** Rows that are not learned from, measured with the parameters of an epoch. */
export interface Validation {
  /** Means over the rows: of the loss in nats, weighted as the rows are, and of right answers, which count alike. */
  measure(parameters: Float32Array): { readonly loss: number; readonly accuracy: number };
}

/** @param rows which of the input's */
export function openValidation(
  { forward }: Network,
  head: Head,
  kernels: Kernels,
  input: LinearInput,
  labels: { readonly indices: Int32Array; readonly sampleWeights: Float32Array | null },
  rows: Uint32Array,
): Validation {
  const { columns, scale } = input;
  const { values } = takeRows({ rows: labels.indices.length, columns, values: input.values }, rows);
  const own = Int32Array.from(rows, (row) => labels.indices[row]);
  const { sampleWeights } = labels;
  const weights = sampleWeights && Float32Array.from(rows, (row) => sampleWeights[row]);
  const isWeighted = weights?.some((weight) => weight > 0) ?? false;
  const pass = kernels.createNetworkPass(forward, new Float32Array(forward.parameterCount));
  const outputs = new Float32Array(rows.length * forward.logits.columns);
  return {
    measure(parameters) {
      pass.load(parameters);
      pass.run(values, rows.length, scale, outputs);
      if (!outputs.every(Number.isFinite)) return { loss: Infinity, accuracy: 0 };
      const logits = head.logits(outputs);
      const classes = logits.length / rows.length;
      const loss = crossEntropy(
        logits,
        classes,
        own,
        isWeighted && weights ? { sampleWeights: weights } : {},
      );
      let right = 0;
      own.forEach((label, row) => {
        const start = row * classes;
        let top = 0;
        for (let k = 1; k < classes; k++) if (logits[start + k] > logits[start + top]) top = k;
        if (top === label) right++;
      });
      return { loss, accuracy: right / rows.length };
    },
  };
}
