import { sigmoid } from "../../functions/index.ts";
import { sigmoidLoss } from "../../kernels/index.ts";
import type { Head } from "./head.ts";

/** Any number of labels a row: pₖ = σ(zₖ) for each by itself, computed in float64. Nothing makes a row sum to 1. */
export const multilabelHead: Head = {
  kind: "multilabel",
  isExclusive: false,
  outputsFor: (labels) => labels,
  logits: (outputs) => outputs,
  probabilities({ rows, columns, values }) {
    return { rows, columns, values: Float64Array.from(values, sigmoid), unit: "probabilities" };
  },
  loss: sigmoidLoss,
  asSoftmax: null,
};
