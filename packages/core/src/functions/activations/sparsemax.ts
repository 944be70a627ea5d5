import { InputError } from "../../errors/index.ts";
import { checkLogits, largestIn } from "../logits.ts";
import type { LogitValues, ProbabilityValues } from "../units.ts";
import type { ActivationFacts } from "./activation.ts";
import { checkGradient } from "./softmax.ts";

/**
 * The point of the simplex that is nearest to the logits, row by row: pⱼ = max(zⱼ − τ, 0), with τ such that they sum to
 * 1. The maximum is subtracted first, so that far from 0 no digit is lost. The error of each is at most 2 units of 2⁻⁵²,
 * absolute, in rows of up to 9 logits.
 *
 * @param logits  rows × columns, row-major. −Infinity masks a class; a row with all classes masked gives zeros.
 * @param columns classes per row, ≥ 1; by default one row
 * @param output  same length as logits; may be the same array
 * @throws InputError when a logit is NaN or +Infinity, or the lengths do not fit; output is then untouched
 * @see Martins & Astudillo, ICML 2016, algorithm 1
 */
export function sparsemax(
  logits: LogitValues,
  columns: number = logits.length,
  output: Float64Array = new Float64Array(logits.length),
): ProbabilityValues {
  checkLogits("sparsemax", logits, columns);
  if (output.length !== logits.length)
    throw new InputError(
      `sparsemax: output must be as long as logits, ${logits.length}, got ${output.length} values`,
    );
  for (let start = 0; start < logits.length; start += columns) {
    const end = start + columns;
    const max = logits[largestIn(logits, start, end)];
    if (max === -Infinity) {
      output.fill(0, start, end);
      continue;
    }
    for (let i = start; i < end; i++) output[i] = logits[i] - max;
    const threshold = thresholdOf(output, start, end);
    for (let i = start; i < end; i++) output[i] = Math.max(output[i] - threshold, 0);
  }
  return output;
}

/**
 * τ of values[start … end − 1], whose maximum is 0: (Σ of the k largest − 1) / k, with k the largest j for which
 * 1 + j·z₍ⱼ₎ exceeds the sum of the j largest. It is in [−1, 0), so what lies at −1 or below is not looked at.
 */
function thresholdOf(values: Float64Array, start: number, end: number): number {
  const near = values.slice(start, end).filter((value) => value > -1);
  near.sort();
  let sum = 0;
  let threshold = -1;
  for (let i = near.length - 1, j = 1; i >= 0; i--, j++) {
    sum += near[i];
    if (1 + j * near[i] <= sum) break;
    threshold = (sum - 1) / j;
  }
  return threshold;
}

/**
 * The gradient with respect to the logits of sparsemax, row by row: on the classes with pⱼ > 0 it is g minus the mean of
 * g over them, elsewhere 0. The Jacobian is symmetric, as softmax's is. Where a class is about to enter, it is that of
 * the classes that are in.
 *
 * @param probabilities  what `sparsemax` gave, rows × columns, row-major
 * @param outputGradient g, as long
 * @param columns        classes per row, ≥ 1; by default one row
 * @throws InputError when the lengths do not fit, or a number is NaN
 */
export function sparsemaxGradient(
  probabilities: ArrayLike<number>,
  outputGradient: ArrayLike<number>,
  columns: number = probabilities.length,
): Float64Array {
  checkGradient("sparsemaxGradient", probabilities, outputGradient, columns);
  const gradient = new Float64Array(probabilities.length);
  for (let start = 0; start < gradient.length; start += columns) {
    let sum = 0;
    let count = 0;
    for (let i = start; i < start + columns; i++)
      if (probabilities[i] > 0) {
        sum += outputGradient[i];
        count++;
      }
    for (let i = start; i < start + columns; i++)
      if (probabilities[i] > 0) gradient[i] = outputGradient[i] - sum / count;
  }
  return gradient;
}

export const sparsemaxFacts: ActivationFacts = {
  name: "sparsemax",
  title: "Sparsemax",
  formula: "p_j = max(z_j − τ, 0), τ such that Σ p_j = 1",
  derivative: "∂p_j/∂z_k = [j = k] − 1/|S| for j and k in S = {j: p_j > 0}, else 0",
  mathml: {
    formula:
      "<msub><mi>p</mi><mi>j</mi></msub><mo>=</mo><mi>max</mi><mrow><mo>(</mo><msub><mi>z</mi><mi>j</mi></msub><mo>−</mo><mi>τ</mi><mo>,</mo><mn>0</mn><mo>)</mo></mrow><mo>,</mo><mspace width='1em'/><munder><mo>∑</mo><mi>j</mi></munder><msub><mi>p</mi><mi>j</mi></msub><mo>=</mo><mn>1</mn>",
    derivative:
      "<mfrac><mrow><mo>∂</mo><msub><mi>p</mi><mi>j</mi></msub></mrow><mrow><mo>∂</mo><msub><mi>z</mi><mi>k</mi></msub></mrow></mfrac><mo>=</mo><mo>[</mo><mi>j</mi><mo>=</mo><mi>k</mi><mo>]</mo><mo>−</mo><mfrac><mn>1</mn><mrow><mo>|</mo><mi>S</mi><mo>|</mo></mrow></mfrac><mo>,</mo><mspace width='1em'/><mi>j</mi><mo>,</mo><mi>k</mi><mo>∈</mo><mi>S</mi>",
  },
  range: "[0, 1], a row sums to 1",
  derivativeRange: "[−½, 1)",
  kinks: "Where a class is about to enter its probability is 0, and its derivatives are taken to be 0.",
  fact: "A softmax with exact zeros: the nearest point of the simplex.",
  strengths: [
    "Classes that are far behind get exactly 0: a short list that can be read.",
    "Piecewise linear, no exponential.",
  ],
  weaknesses: [
    "A class at 0 passes no gradient.",
    "With cross-entropy a true class at 0 would cost Infinity, so it needs a loss of its own.",
  ],
  source: "Martins & Astudillo, ICML 2016, §2",
  activation: null,
  graph: {
    about: "the first share of sparsemax of (x, 0)",
    value: (x) => Math.min(Math.max((x + 1) / 2, 0), 1),
    derivative: (x) => (x > -1 && x < 1 ? 0.5 : 0),
  },
};
