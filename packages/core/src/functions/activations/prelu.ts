import { graphOf, type Activation, type ActivationFacts } from "./activation.ts";
import { slopeTimes } from "./leaky-relu.ts";

/** Leaky ReLU whose slope is learned: ∂f/∂a = min(x, 0). The derivative at 0 is a. */
export const preluActivation: Activation = {
  name: "prelu",
  code: 4,
  parameter: { symbol: "a", start: 0.25 },
  kinks: [0],
  value: (x, a) => (x < 0 ? slopeTimes(a, x) : x),
  derivative: (x, a) => (x > 0 ? 1 : a),
  parameterDerivative: (x) => Math.min(x, 0),
};

export const preluFacts: ActivationFacts = {
  name: "prelu",
  title: "PReLU",
  formula: "f(x) = x for x > 0, else a·x, with a learned",
  derivative: "f′(x) = 1 for x > 0, else a; ∂f/∂a = min(x, 0)",
  mathml: {
    formula:
      "<mi>f</mi><mo>(</mo><mi>x</mi><mo>)</mo><mo>=</mo><mi>max</mi><mo>(</mo><mi>x</mi><mo>,</mo><mn>0</mn><mo>)</mo><mo>+</mo><mi>a</mi><mi>min</mi><mo>(</mo><mi>x</mi><mo>,</mo><mn>0</mn><mo>)</mo>",
    derivative:
      "<mfrac><mrow><mo>∂</mo><mi>f</mi></mrow><mrow><mo>∂</mo><mi>x</mi></mrow></mfrac><mo>=</mo><mrow><mo>{</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mi>x</mi><mo>&gt;</mo><mn>0</mn></mtd></mtr><mtr><mtd><mi>a</mi></mtd><mtd><mtext>else</mtext></mtd></mtr></mtable></mrow><mo>,</mo><mspace width='1em'/><mfrac><mrow><mo>∂</mo><mi>f</mi></mrow><mrow><mo>∂</mo><mi>a</mi></mrow></mfrac><mo>=</mo><mi>min</mi><mrow><mo>(</mo><mi>x</mi><mo>,</mo><mn>0</mn><mo>)</mo></mrow>",
  },
  range: "(−∞, ∞)",
  derivativeRange: "{0.25, 1}",
  kinks: "At 0 the value is 0; the derivative jumps from a to 1 and is taken to be a.",
  fact: "A Leaky ReLU that learns its own slope, one per layer or one per unit, from 0.25.",
  strengths: [
    "The data choose the slope, for a handful of parameters more.",
    "The learned slopes can be read: 0 is a ReLU, 1 is no activation at all.",
  ],
  weaknesses: [
    "One slope per unit can fit noise where rows are few.",
    "A penalty on the slope would pull it towards ReLU, so none is put on it.",
  ],
  source: "He, Zhang, Ren & Sun, ICCV 2015, §2.1",
  activation: preluActivation,
  graph: /* @__PURE__ */ graphOf(preluActivation),
};
