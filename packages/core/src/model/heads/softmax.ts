import type { Logits, Probabilities } from "../../data/index.ts";
import { softmax } from "../../functions/index.ts";

/** What turns logits into probabilities. Its `kind` is what a model file records. */
export interface Head {
  readonly kind: "softmax";
  /** rows × classes in, rows × classes out, each row summing to 1. */
  probabilities(logits: Logits): Probabilities;
}

/** One of K classes: p = softmax(z), computed in float64. */
export const softmaxHead: Head = {
  kind: "softmax",
  probabilities({ rows, columns, values }) {
    return { rows, columns, values: softmax(values, columns), unit: "probabilities" };
  },
};
