import { normalDensity, normalDistribution } from "../../statistics/normal.ts";
import { graphOf, type Activation, type ActivationFacts } from "./activation.ts";

/**
 * x·Φ(x), the exact form, not the one with tanh: within 8 units in the last place while the result is a normal number.
 * Its derivative Φ(x) + x·φ(x) is as exact relative to Φ(x) + |x|·φ(x).
 */
export const geluActivation: Activation = {
  name: "gelu",
  code: 8,
  parameter: null,
  kinks: [],
  value(x) {
    if (x < -39) return 0;
    return x > 39 ? x : x * normalDistribution(x);
  },
  derivative(x) {
    if (x < -39) return 0;
    return x > 39 ? 1 : normalDistribution(x) + x * normalDensity(x);
  },
  parameterDerivative: () => 0,
};

export const geluFacts: ActivationFacts = {
  name: "gelu",
  title: "GELU",
  formula: "f(x) = x·Φ(x), Φ the normal distribution function",
  derivative: "f′(x) = Φ(x) + x·φ(x)",
  mathml: {
    formula:
      "<mi>f</mi><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow><mo>=</mo><mi>x</mi><mi>Φ</mi><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow><mo>=</mo><mfrac><mi>x</mi><mn>2</mn></mfrac><mi>erfc</mi><mrow><mo>(</mo><mo>−</mo><mfrac><mi>x</mi><msqrt><mn>2</mn></msqrt></mfrac><mo>)</mo></mrow>",
    derivative:
      "<msup><mi>f</mi><mo>′</mo></msup><mo>(</mo><mi>x</mi><mo>)</mo><mo>=</mo><mi>Φ</mi><mo>(</mo><mi>x</mi><mo>)</mo><mo>+</mo><mi>x</mi><mi>φ</mi><mo>(</mo><mi>x</mi><mo>)</mo>",
  },
  range: "[−0.1700, ∞)",
  derivativeRange: "[−0.1289, 1.1289]",
  kinks: "None: smooth everywhere.",
  fact: "The input times the probability that a normal number lies below it.",
  strengths: [
    "Smooth near 0 and almost exactly ReLU beyond ±3; the usual choice in transformers.",
    "Small negative inputs still pass gradient.",
  ],
  weaknesses: [
    "Near 0 it is about x/2: in a deep plain stack that starts as He's, signals shrink layer by layer, and learning begins late.",
    "Not monotone: it has a dip of −0.17 at −0.7518.",
    "The dearest of all to compute; many libraries use an approximation whose values differ by up to 5e-4.",
  ],
  source: "Hendrycks & Gimpel, arXiv:1606.08415, §2",
  activation: geluActivation,
  graph: /* @__PURE__ */ graphOf(geluActivation),
};
