import { exp, expm1 } from "../../kernels/elementary.ts";
import { graphOf, type Activation, type ActivationFacts } from "./activation.ts";

/**
 * tanh x = −m / (2 + m) with m = e^(−2|x|) − 1, and the sign of x: within 3 units in the last place, also near 0. Its
 * derivative, 4e / (1 + e)² with e = e^(−2|x|), within 4, also in the tails where 1 − tanh² has no digit left.
 */
export const tanhActivation: Activation = {
  name: "tanh",
  code: 1,
  parameter: null,
  kinks: [],
  value(x) {
    const m = expm1(-2 * Math.abs(x));
    const size = -m / (2 + m);
    return x < 0 ? -size : size;
  },
  derivative(x) {
    const e = exp(-2 * Math.abs(x));
    return (4 * e) / ((1 + e) * (1 + e));
  },
  parameterDerivative: () => 0,
};

export const tanhFacts: ActivationFacts = {
  name: "tanh",
  title: "Tanh",
  formula: "tanh x = (e^x − e^−x) / (e^x + e^−x)",
  derivative: "tanh′ x = 1 − tanh² x",
  mathml: {
    formula:
      "<mi>tanh</mi><mi>x</mi><mo>=</mo><mfrac><mrow><msup><mi>e</mi><mi>x</mi></msup><mo>−</mo><msup><mi>e</mi><mrow><mo>−</mo><mi>x</mi></mrow></msup></mrow><mrow><msup><mi>e</mi><mi>x</mi></msup><mo>+</mo><msup><mi>e</mi><mrow><mo>−</mo><mi>x</mi></mrow></msup></mrow></mfrac>",
    derivative:
      "<msup><mi>tanh</mi><mo>′</mo></msup><mi>x</mi><mo>=</mo><mn>1</mn><mo>−</mo><msup><mi>tanh</mi><mn>2</mn></msup><mi>x</mi>",
  },
  range: "(−1, 1)",
  derivativeRange: "(0, 1]",
  kinks: "None: smooth everywhere.",
  fact: "A sigmoid around 0: 2σ(2x) − 1, with slope 1 in the middle.",
  strengths: [
    "Outputs are centered, and near 0 it is the identity: with Glorot's initialization signals keep their size over many layers.",
    "Smooth and bounded, which recurrent networks rely on.",
  ],
  weaknesses: ["Both ends are flat: large inputs pass no gradient.", "Costs an exponential and a division."],
  source: "LeCun, Bottou, Orr & Müller, Efficient BackProp (1998), §4.4; Glorot & Bengio, AISTATS 2010",
  activation: tanhActivation,
  graph: /* @__PURE__ */ graphOf(tanhActivation),
};
