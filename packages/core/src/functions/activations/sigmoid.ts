import { logistic } from "../sigmoid.ts";
import { graphOf, type Activation, type ActivationFacts } from "./activation.ts";

/** σ(x) = 1 / (1 + e^−x), within 2 units in the last place; its derivative σ(x)·σ(−x) within 5. */
export const sigmoidActivation: Activation = {
  name: "sigmoid",
  code: 0,
  parameter: null,
  kinks: [],
  value: (x) => logistic(x),
  derivative: (x) => logistic(x) * logistic(-x),
  parameterDerivative: () => 0,
};

export const sigmoidFacts: ActivationFacts = {
  name: "sigmoid",
  title: "Sigmoid",
  formula: "σ(x) = 1 / (1 + e^−x)",
  derivative: "σ′(x) = σ(x)·(1 − σ(x))",
  mathml: {
    formula:
      "<mi>σ</mi><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow><mo>=</mo><mfrac><mn>1</mn><mrow><mn>1</mn><mo>+</mo><msup><mi>e</mi><mrow><mo>−</mo><mi>x</mi></mrow></msup></mrow></mfrac>",
    derivative:
      "<msup><mi>σ</mi><mo>′</mo></msup><mo>(</mo><mi>x</mi><mo>)</mo><mo>=</mo><mi>σ</mi><mo>(</mo><mi>x</mi><mo>)</mo><mo>(</mo><mn>1</mn><mo>−</mo><mi>σ</mi><mo>(</mo><mi>x</mi><mo>)</mo><mo>)</mo>",
  },
  range: "(0, 1)",
  derivativeRange: "(0, ¼]",
  kinks: "None: smooth everywhere.",
  fact: "Turns log-odds into a probability; its slope is never above ¼.",
  strengths: [
    "The one function that turns log-odds into a probability: the right output for one event.",
    "Smooth and bounded; serves as a gate in other units.",
  ],
  weaknesses: [
    "A hidden layer multiplies the gradient by at most ¼, so deep stacks of it hardly learn.",
    "Both ends are flat: a unit far from 0 has almost no gradient left.",
    "Outputs are all positive, so the next layer sees inputs that are not centered.",
  ],
  source: "Goodfellow, Bengio & Courville, Deep Learning (2016), §6.3.2",
  activation: sigmoidActivation,
  graph: /* @__PURE__ */ graphOf(sigmoidActivation),
};
