import { takeRows, type Floats } from "../data/index.ts";
import { crossEntropy, softplus } from "../functions/index.ts";
import type { Kernels, LinearInput } from "../kernels/index.ts";
import type { Head, Network } from "../model/index.ts";

/** Rows that are not learned from, measured with the parameters of an epoch. */
export interface Validation {
  /** Means over the rows: of the loss in nats, of several labels their sum, weighted as the rows are; and of right answers, which count alike. */
  measure(parameters: Float32Array): { readonly loss: number; readonly accuracy: number };
}

/** The class of every row of the input, or its marks, rows × columns; and what rows count. */
export type Truth = (
  | { readonly indices: Int32Array }
  | { readonly marks: Uint8Array; readonly columns: number }
) & { readonly sampleWeights: Float32Array | null };

/** @param rows which of the input's */
export function openValidation(
  { forward }: Network,
  head: Head,
  kernels: Kernels,
  input: LinearInput,
  truth: Truth,
  rows: Uint32Array,
): Validation {
  const { columns, scale } = input;
  const inputRows = input.values.length / columns;
  const { values } = takeRows({ rows: inputRows, columns, values: input.values }, rows);
  const { sampleWeights } = truth;
  const given = sampleWeights && Float32Array.from(rows, (row) => sampleWeights[row]);
  const weights = given?.some((weight) => weight > 0) ? given : null;
  const pass = kernels.createNetworkPass(forward, new Float32Array(forward.parameterCount));
  const outputs = new Float32Array(rows.length * forward.logits.columns);
  const measure =
    "indices" in truth ? ofClasses(truth.indices, rows, weights) : ofLabels(truth, rows, weights);
  return {
    measure(parameters) {
      pass.load(parameters);
      pass.run(values, rows.length, scale, outputs);
      if (!outputs.every(Number.isFinite)) return { loss: Infinity, accuracy: 0 };
      return measure(head.logits(outputs));
    },
  };
}

type Measure = (logits: Floats) => ReturnType<Validation["measure"]>;

function ofClasses(indices: Int32Array, rows: Uint32Array, weights: Float32Array | null): Measure {
  const own = Int32Array.from(rows, (row) => indices[row]);
  return (logits) => {
    const classes = logits.length / rows.length;
    const loss = crossEntropy(logits, classes, own, weights ? { sampleWeights: weights } : {});
    let right = 0;
    own.forEach((label, row) => {
      const start = row * classes;
      let top = 0;
      for (let k = 1; k < classes; k++) if (logits[start + k] > logits[start + top]) top = k;
      if (top === label) right++;
    });
    return { loss, accuracy: right / rows.length };
  };
}

function ofLabels(
  { marks, columns }: { marks: Uint8Array; columns: number },
  rows: Uint32Array,
  weights: Float32Array | null,
): Measure {
  return (logits) => {
    let [loss, total, right] = [0, 0, 0];
    rows.forEach((row, i) => {
      let own = 0;
      let isRight = true;
      for (let k = 0; k < columns; k++) {
        const z = logits[i * columns + k];
        const mark = marks[row * columns + k];
        own += softplus(mark === 1 ? -z : z);
        if (z > 0 !== (mark === 1)) isRight = false;
      }
      const weight = weights?.[i] ?? 1;
      loss += weight * own;
      total += weight;
      if (isRight) right++;
    });
    return { loss: loss / total, accuracy: right / rows.length };
  };
}
