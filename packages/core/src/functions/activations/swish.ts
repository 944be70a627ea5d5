import { logistic } from "../sigmoid.ts";
import { graphOf, type Activation, type ActivationFacts } from "./activation.ts";

/**
 * x·σ(βx), within 3 + ½|βx| units in the last place, within 3 for β = 1 (βx is rounded); below −708 fewer digits exist.
 * With t = βx, ∂f/∂x = σ(t)·(1 + t·σ(−t)), as exact relative to σ(t)·(1 + |t|·σ(−t)); ∂f/∂β = x²·σ(t)·σ(−t).
 */
export const swishActivation: Activation = {
  name: "swish",
  code: 7,
  parameter: { symbol: "β", start: 1 },
  kinks: [],
  value(x, a) {
    const share = logistic(logit(x, a));
    return share === 0 ? 0 : x * share;
  },
  derivative(x, a) {
    const t = logit(x, a);
    return logistic(t) * (1 + t * logistic(-t));
  },
  parameterDerivative(x, a) {
    const finite = Math.min(Math.max(x, -Number.MAX_VALUE), Number.MAX_VALUE);
    const t = logit(finite, a);
    return finite * logistic(t) * (finite * logistic(-t));
  },
};

/** βx, cut where σ has long been 0 or 1, so that no ∞ meets a 0. */
function logit(x: number, a: number): number {
  return a === 0 && !Number.isNaN(x) ? 0 : Math.min(Math.max(a * x, -1000), 1000);
}

export const swishFacts: ActivationFacts = {
  name: "swish",
  title: "Swish",
  formula: "f(x) = x·σ(βx)",
  derivative: "f′(x) = σ(βx) + βx·σ(βx)·(1 − σ(βx)); ∂f/∂β = x²·σ(βx)·(1 − σ(βx))",
  mathml: {
    formula:
      "<mi>f</mi><mo>(</mo><mi>x</mi><mo>)</mo><mo>=</mo><mi>x</mi><mi>σ</mi><mo>(</mo><mi>β</mi><mi>x</mi><mo>)</mo>",
    derivative:
      "<msup><mi>f</mi><mo>′</mo></msup><mo>(</mo><mi>x</mi><mo>)</mo><mo>=</mo><mi>σ</mi><mo>(</mo><mi>β</mi><mi>x</mi><mo>)</mo><mo>+</mo><mi>β</mi><mi>x</mi><mi>σ</mi><mo>(</mo><mi>β</mi><mi>x</mi><mo>)</mo><mo>(</mo><mn>1</mn><mo>−</mo><mi>σ</mi><mo>(</mo><mi>β</mi><mi>x</mi><mo>)</mo><mo>)</mo>",
  },
  range: "[−0.2785, ∞)",
  derivativeRange: "[−0.0998, 1.0998]",
  kinks: "None: smooth everywhere.",
  fact: "The input times its own gate; also called SiLU for β = 1.",
  strengths: [
    "Smooth, without a dead side near 0: small negative inputs still pass.",
    "β can be learned: 0 is the line x/2, a large β is ReLU.",
  ],
  weaknesses: [
    "Near 0 it is about x/2: in a deep plain stack that starts as He's, signals shrink layer by layer, and learning begins late.",
    "Not monotone: from −1.2785 down a smaller input gives a larger output.",
    "Costs an exponential and a division.",
  ],
  source: "Ramachandran, Zoph & Le, arXiv:1710.05941, §4; Elfwing, Uchibe & Doya, Neural Networks 107 (2018)",
  activation: swishActivation,
  graph: /* @__PURE__ */ graphOf(swishActivation),
};
