import { emptyLike, type Floats } from "../../data/index.ts";
import { sigmoid, sigmoidComplement } from "../../functions/index.ts";
import { sigmoidLoss } from "../../kernels/index.ts";
import type { Head, SoftmaxForm } from "./head.ts";

/**
 * One of two classes by one output z, the logit of the second: p = (σ(−z), σ(z)), computed in float64. The
 * logits of the classes are (0, z).
 *
 * It is trained as the softmax with weights (−w/2, w/2). Its gradients are ∓(p − y)x, so its weights stay
 * opposite, and w, their difference, moves by twice its rate times (p − y)x: half the rate gives the
 * sigmoid's own steps, with twice the penalty on weights that are half as large. The two lie apart by float32
 * rounding alone.
 */
export const sigmoidHead: Head & { readonly asSoftmax: SoftmaxForm } = {
  kind: "sigmoid",
  isExclusive: true,
  outputsFor: (classes) => (classes === 2 ? 1 : 0),
  logits(outputs) {
    const logits = emptyLike(outputs, 2 * outputs.length);
    for (let row = 0; row < outputs.length; row++) logits[2 * row + 1] = outputs[row];
    return logits;
  },
  probabilities({ rows, columns, values }) {
    const probabilities = new Float64Array(values.length);
    for (let i = 0; i < values.length; i += 2) {
      const z = values[i + 1] - values[i];
      probabilities[i] = sigmoidComplement(z);
      probabilities[i + 1] = sigmoid(z);
    }
    return { rows, columns, values: probabilities, unit: "probabilities" };
  },
  loss: sigmoidLoss,
  asSoftmax: {
    expand: ({ weights, bias }) => ({ weights: opposite(weights), bias: opposite(bias) }),
    reduce: ({ weights, bias }) => ({ weights: difference(weights), bias: difference(bias) }),
    stepOptions: ({ learningRates, momentum, decay }) => ({
      learningRates: learningRates.map((rate) => rate / 2),
      momentum,
      decay: 2 * decay,
    }),
  },
};

/** (−w/2, w/2) */
function opposite<F extends Floats>(values: F): F {
  const output = emptyLike(values, 2 * values.length);
  for (let i = 0; i < values.length; i++) {
    output[i] = -values[i] / 2;
    output[values.length + i] = values[i] / 2;
  }
  return output;
}

/** w₁ − w₀ of (w₀, w₁) */
function difference<F extends Floats>(values: F): F {
  const half = values.length / 2;
  const output = emptyLike(values, half);
  for (let i = 0; i < half; i++) output[i] = values[half + i] - values[i];
  return output;
}
