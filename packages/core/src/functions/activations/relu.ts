import { graphOf, type Activation, type ActivationFacts } from "./activation.ts";

/** max(x, 0), exact; the derivative at 0 is 0. */
export const reluActivation: Activation = {
  name: "relu",
  code: 2,
  parameter: null,
  kinks: [0],
  value: (x) => (x <= 0 ? 0 : x),
  derivative: (x) => (x > 0 ? 1 : 0),
  parameterDerivative: () => 0,
};

export const reluFacts: ActivationFacts = {
  name: "relu",
  title: "ReLU",
  formula: "relu(x) = max(x, 0)",
  derivative: "relu′(x) = 1 for x > 0, else 0",
  mathml: {
    formula:
      "<mi>relu</mi><mo>(</mo><mi>x</mi><mo>)</mo><mo>=</mo><mi>max</mi><mo>(</mo><mi>x</mi><mo>,</mo><mn>0</mn><mo>)</mo>",
    derivative:
      "<msup><mi>relu</mi><mo>′</mo></msup><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow><mo>=</mo><mrow><mo>{</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mi>x</mi><mo>&gt;</mo><mn>0</mn></mtd></mtr><mtr><mtd><mn>0</mn></mtd><mtd><mtext>else</mtext></mtd></mtr></mtable></mrow>",
  },
  range: "[0, ∞)",
  derivativeRange: "{0, 1}",
  kinks: "At 0 the value is 0; the derivative jumps from 0 to 1 and is taken to be 0.",
  fact: "Passes what is positive, at the price of a comparison.",
  strengths: [
    "As cheap as a function can be, and its gradient does not shrink where it is open.",
    "Half of the units are silent for any one row: a sparse description.",
  ],
  weaknesses: [
    "A unit that is closed for every row has gradient 0: it is dead, and opens again only where the layers before it move.",
    "Outputs are never negative, and the value has no upper bound.",
  ],
  source: "Nair & Hinton, ICML 2010, §2; Glorot, Bordes & Bengio, AISTATS 2011, §3",
  activation: reluActivation,
  graph: /* @__PURE__ */ graphOf(reluActivation),
};
