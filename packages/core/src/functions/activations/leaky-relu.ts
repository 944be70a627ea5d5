import { graphOf, type Activation, type ActivationFacts } from "./activation.ts";

/** x above 0, a·x below, exact but for that product's rounding; the derivative at 0 is a. */
export const leakyReluActivation: Activation = {
  name: "leaky-relu",
  code: 3,
  parameter: { symbol: "a", start: 0.01 },
  kinks: [0],
  value: (x, a) => (x < 0 ? slopeTimes(a, x) : x),
  derivative: (x, a) => (x > 0 ? 1 : a),
  parameterDerivative: (x) => Math.min(x, 0),
};

/** a·x, 0 for a = 0 even where x is −Infinity. */
export function slopeTimes(a: number, x: number): number {
  return a === 0 ? 0 : a * x;
}

export const leakyReluFacts: ActivationFacts = {
  name: "leaky-relu",
  title: "Leaky ReLU",
  formula: "f(x) = x for x > 0, else a·x",
  derivative: "f′(x) = 1 for x > 0, else a",
  mathml: {
    formula:
      "<mi>f</mi><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow><mo>=</mo><mrow><mo>{</mo><mtable><mtr><mtd><mi>x</mi></mtd><mtd><mi>x</mi><mo>&gt;</mo><mn>0</mn></mtd></mtr><mtr><mtd><mi>a</mi><mi>x</mi></mtd><mtd><mtext>else</mtext></mtd></mtr></mtable></mrow>",
    derivative:
      "<msup><mi>f</mi><mo>′</mo></msup><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow><mo>=</mo><mrow><mo>{</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mi>x</mi><mo>&gt;</mo><mn>0</mn></mtd></mtr><mtr><mtd><mi>a</mi></mtd><mtd><mtext>else</mtext></mtd></mtr></mtable></mrow>",
  },
  range: "(−∞, ∞)",
  derivativeRange: "{0.01, 1}",
  kinks: "At 0 the value is 0; the derivative jumps from a to 1 and is taken to be a.",
  fact: "A ReLU whose closed side leaks a little, so that no unit dies.",
  strengths: ["The gradient is never 0: a unit that is closed can open again.", "As cheap as ReLU."],
  weaknesses: [
    "The leak is one more number to choose; with 0.01 a closed unit recovers slowly.",
    "Gives up the exact zeros of ReLU.",
  ],
  source: "Maas, Hannun & Ng, ICML 2013 workshop on deep learning for audio, §2",
  activation: leakyReluActivation,
  graph: /* @__PURE__ */ graphOf(leakyReluActivation),
};
