import { softmax } from "../../functions/index.ts";
import { softmaxLoss } from "../../kernels/index.ts";
import type { Head, SoftmaxForm } from "./head.ts";

/** One of K classes: p = softmax(z), computed in float64. */
export const softmaxHead: Head & { readonly asSoftmax: SoftmaxForm } = {
  kind: "softmax",
  isExclusive: true,
  outputsFor: (classes) => classes,
  logits: (outputs) => outputs,
  probabilities({ rows, columns, values }, kernels) {
    const output = new Float64Array(values.length);
    if (kernels) kernels.softmaxExactly(values, columns, output);
    else softmax(values, columns, output);
    return { rows, columns, values: output, unit: "probabilities" };
  },
  loss: softmaxLoss,
  asSoftmax: {
    expand: (layer) => layer,
    reduce: (layer) => layer,
    stepOptions: (options) => options,
  },
};
