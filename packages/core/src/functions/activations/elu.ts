import { exp, expm1 } from "../../kernels/elementary.ts";
import { graphOf, type Activation, type ActivationFacts } from "./activation.ts";

/** x above 0, α(eˣ − 1) below, within 2 units in the last place; the derivative 1 above 0, αeˣ from 0 down, within 2. */
export const eluActivation: Activation = {
  name: "elu",
  code: 5,
  parameter: { symbol: "α", start: 1 },
  kinks: [0],
  value: (x, a) => (x > 0 ? x : a * expm1(x)),
  derivative: (x, a) => (x > 0 ? 1 : a * exp(x)),
  parameterDerivative: (x) => (x > 0 ? 0 : expm1(x)),
};

export const eluFacts: ActivationFacts = {
  name: "elu",
  title: "ELU",
  formula: "f(x) = x for x > 0, else α·(e^x − 1)",
  derivative: "f′(x) = 1 for x > 0, else α·e^x, which is f(x) + α",
  mathml: {
    formula:
      "<mi>f</mi><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow><mo>=</mo><mrow><mo>{</mo><mtable><mtr><mtd><mi>x</mi></mtd><mtd><mi>x</mi><mo>&gt;</mo><mn>0</mn></mtd></mtr><mtr><mtd><mi>α</mi><mrow><mo>(</mo><msup><mi>e</mi><mi>x</mi></msup><mo>−</mo><mn>1</mn><mo>)</mo></mrow></mtd><mtd><mtext>else</mtext></mtd></mtr></mtable></mrow>",
    derivative:
      "<msup><mi>f</mi><mo>′</mo></msup><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow><mo>=</mo><mrow><mo>{</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mi>x</mi><mo>&gt;</mo><mn>0</mn></mtd></mtr><mtr><mtd><mi>α</mi><msup><mi>e</mi><mi>x</mi></msup></mtd><mtd><mtext>else</mtext></mtd></mtr></mtable></mrow>",
  },
  range: "(−1, ∞)",
  derivativeRange: "(0, 1]",
  kinks:
    "None for α = 1. Otherwise at 0 the value is 0, and the derivative jumps from α to 1 and is taken to be α.",
  fact: "A ReLU that bends softly down to −α, so that outputs average nearer 0.",
  strengths: [
    "Negative outputs bring the average of a layer towards 0, which speeds learning.",
    "Below 0 it settles at −α: noise far down is ignored, and yet the gradient is never exactly 0.",
  ],
  weaknesses: ["Costs an exponential below 0.", "Far below 0 the gradient is as good as gone."],
  source: "Clevert, Unterthiner & Hochreiter, ICLR 2016, §3",
  activation: eluActivation,
  graph: /* @__PURE__ */ graphOf(eluActivation),
};
