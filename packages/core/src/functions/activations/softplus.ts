import { logistic } from "../sigmoid.ts";
import { ramp } from "../softplus.ts";
import { graphOf, type Activation, type ActivationFacts } from "./activation.ts";

/** ln(1 + eˣ), within 2 units in the last place; its derivative is σ(x), within 2. */
export const softplusActivation: Activation = {
  name: "softplus",
  code: 6,
  parameter: null,
  kinks: [],
  value: (x) => ramp(x),
  derivative: (x) => logistic(x),
  parameterDerivative: () => 0,
};

export const softplusFacts: ActivationFacts = {
  name: "softplus",
  title: "Softplus",
  formula: "softplus(x) = ln(1 + e^x)",
  derivative: "softplus′(x) = σ(x)",
  mathml: {
    formula:
      "<mi>softplus</mi><mo>(</mo><mi>x</mi><mo>)</mo><mo>=</mo><mi>ln</mi><mo>(</mo><mn>1</mn><mo>+</mo><msup><mi>e</mi><mi>x</mi></msup><mo>)</mo>",
    derivative:
      "<msup><mi>softplus</mi><mo>′</mo></msup><mo>(</mo><mi>x</mi><mo>)</mo><mo>=</mo><mi>σ</mi><mo>(</mo><mi>x</mi><mo>)</mo>",
  },
  range: "(0, ∞)",
  derivativeRange: "(0, 1)",
  kinks: "None: smooth everywhere.",
  fact: "A smooth ReLU; −softplus(−x) is the logarithm of the sigmoid.",
  strengths: [
    "Smooth, never exactly flat, always positive: good for a scale or a rate.",
    "The cross-entropy of a sigmoid is a softplus of the log-odds.",
  ],
  weaknesses: [
    "At 0 it is ln 2, so outputs are far from centered and grow from layer to layer.",
    "An exponential and a logarithm, and usually no better than ReLU in hidden layers.",
  ],
  source: "Dugas, Bengio, Bélisle, Nadeau & Garcia, NIPS 2000, §2; Glorot, Bordes & Bengio, AISTATS 2011, §3",
  activation: softplusActivation,
  graph: /* @__PURE__ */ graphOf(softplusActivation),
};
