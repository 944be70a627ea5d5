import { InputError } from "../../errors/index.ts";
import { logistic } from "../sigmoid.ts";
import type { ActivationFacts } from "./activation.ts";

/**
 * The gradient with respect to the logits of softmax, row by row: p ⊙ (g − ⟨g, p⟩), which is the Jacobian
 * diag(p) − ppᵀ times g. The Jacobian is symmetric: the same product carries a direction forward.
 *
 * @param probabilities  what `softmax` gave, rows × columns, row-major
 * @param outputGradient g, as long
 * @param columns        classes per row, ≥ 1; by default one row
 * @throws InputError when the lengths do not fit, or a number is NaN
 */
export function softmaxGradient(
  probabilities: ArrayLike<number>,
  outputGradient: ArrayLike<number>,
  columns: number = probabilities.length,
): Float64Array {
  checkGradient("softmaxGradient", probabilities, outputGradient, columns);
  const gradient = new Float64Array(probabilities.length);
  for (let start = 0; start < gradient.length; start += columns) {
    let mean = 0;
    for (let i = start; i < start + columns; i++) mean += probabilities[i] * outputGradient[i];
    for (let i = start; i < start + columns; i++) gradient[i] = probabilities[i] * (outputGradient[i] - mean);
  }
  return gradient;
}

/** Refuses probabilities and gradients that are not whole rows of the same length, or hold NaN. */
export function checkGradient(
  where: string,
  probabilities: ArrayLike<number>,
  outputGradient: ArrayLike<number>,
  columns: number,
): void {
  if (!Number.isInteger(columns) || columns < 1)
    throw new InputError(`${where}: columns must be a whole number ≥ 1, got ${columns}`);
  if (probabilities.length % columns !== 0)
    throw new InputError(
      `${where}: probabilities must fill whole rows of ${columns}, got ${probabilities.length} values`,
    );
  if (outputGradient.length !== probabilities.length)
    throw new InputError(
      `${where}: outputGradient must be one per probability, ${probabilities.length}, got ${outputGradient.length}`,
    );
  for (let i = 0; i < probabilities.length; i++)
    for (const [name, value] of [
      ["probabilities", probabilities[i]],
      ["outputGradient", outputGradient[i]],
    ] as const)
      if (Number.isNaN(value))
        throw new InputError(
          `${where}: ${name} must be numbers, got NaN at row ${Math.floor(i / columns)}, column ${i % columns}`,
        );
}

export const softmaxFacts: ActivationFacts = {
  name: "softmax",
  title: "Softmax",
  formula: "p_j = e^{z_j} / Σ_k e^{z_k}",
  derivative: "∂p_j/∂z_k = p_j·([j = k] − p_k)",
  mathml: {
    formula:
      "<msub><mi>p</mi><mi>j</mi></msub><mo>=</mo><mfrac><msup><mi>e</mi><msub><mi>z</mi><mi>j</mi></msub></msup><mrow><munder><mo>∑</mo><mi>k</mi></munder><msup><mi>e</mi><msub><mi>z</mi><mi>k</mi></msub></msup></mrow></mfrac>",
    derivative:
      "<mfrac><mrow><mo>∂</mo><msub><mi>p</mi><mi>j</mi></msub></mrow><mrow><mo>∂</mo><msub><mi>z</mi><mi>k</mi></msub></mrow></mfrac><mo>=</mo><msub><mi>p</mi><mi>j</mi></msub><mrow><mo>(</mo><mo>[</mo><mi>j</mi><mo>=</mo><mi>k</mi><mo>]</mo><mo>−</mo><msub><mi>p</mi><mi>k</mi></msub><mo>)</mo></mrow>",
  },
  range: "(0, 1), a row sums to 1",
  derivativeRange: "[−¼, ¼]",
  kinks: "None: smooth everywhere.",
  fact: "Turns logits into probabilities that sum to 1; of two classes it is the sigmoid of their difference.",
  strengths: [
    "The output of a choice among classes: adding a constant to all logits changes nothing.",
    "Its cross-entropy has the gradient p − y.",
  ],
  weaknesses: [
    "As a hidden layer n units share 1: at equal shares a slope is about 1/n, and where one unit wins almost none is left, so deep stacks of it do not learn.",
    "Never exactly 0: every class keeps some probability.",
  ],
  source:
    "Bridle, NATO ASI Neurocomputing (1990); Goodfellow, Bengio & Courville, Deep Learning (2016), §6.2.2.3",
  activation: null,
  graph: {
    about: "the first share of softmax of (x, 0)",
    value: (x) => logistic(x),
    derivative: (x) => logistic(x) * logistic(-x),
  },
};
