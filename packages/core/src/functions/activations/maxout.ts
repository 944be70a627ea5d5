import { InputError } from "../../errors/index.ts";
import type { ActivationFacts } from "./activation.ts";

/**
 * The largest of each `pieces` numbers in a row: the value of one unit with so many linear pieces.
 *
 * @param values units × pieces, a unit's pieces side by side
 * @param pieces per unit, ≥ 2
 * @returns one number per unit
 * @throws InputError when there are fewer than 2 pieces, the values do not fill whole units, or one is NaN
 */
export function maxout(values: ArrayLike<number>, pieces: number): Float64Array {
  checkPieces("maxout", values, pieces);
  const output = new Float64Array(values.length / pieces);
  for (let unit = 0; unit < output.length; unit++) output[unit] = values[topPiece(values, unit, pieces)];
  return output;
}

/**
 * The gradient with respect to the pieces: that of each unit goes to its largest piece, the first of equal ones; 0 to
 * the others.
 *
 * @param outputGradient one per unit
 * @throws InputError as `maxout` does, or when there is not one gradient per unit
 */
export function maxoutGradient(
  values: ArrayLike<number>,
  pieces: number,
  outputGradient: ArrayLike<number>,
): Float64Array {
  checkPieces("maxoutGradient", values, pieces);
  if (outputGradient.length !== values.length / pieces)
    throw new InputError(
      `maxoutGradient: outputGradient must be one per unit, ${values.length / pieces}, got ${outputGradient.length}`,
    );
  const gradient = new Float64Array(values.length);
  for (let unit = 0; unit < outputGradient.length; unit++)
    gradient[topPiece(values, unit, pieces)] = outputGradient[unit];
  return gradient;
}

function topPiece(values: ArrayLike<number>, unit: number, pieces: number): number {
  let top = unit * pieces;
  for (let i = top + 1; i < (unit + 1) * pieces; i++) if (values[i] > values[top]) top = i;
  return top;
}

function checkPieces(where: string, values: ArrayLike<number>, pieces: number): void {
  if (!Number.isInteger(pieces) || pieces < 2)
    throw new InputError(`${where}: pieces must be a whole number ≥ 2, got ${pieces}`);
  if (values.length % pieces !== 0)
    throw new InputError(
      `${where}: values must fill whole units of ${pieces} pieces, got ${values.length} values`,
    );
  for (let i = 0; i < values.length; i++)
    if (Number.isNaN(values[i])) throw new InputError(`${where}: values must be numbers, got NaN at ${i}`);
}

export const maxoutFacts: ActivationFacts = {
  name: "maxout",
  title: "Maxout",
  formula: "f(x) = max(w₁·x + b₁, …, w_k·x + b_k)",
  derivative: "of the largest piece w_j: ∂f/∂x = w_j, ∂f/∂w_j = x; of the others 0",
  mathml: {
    formula:
      "<mi>f</mi><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow><mo>=</mo><munder><mi>max</mi><mrow><mi>j</mi><mo>≤</mo><mi>k</mi></mrow></munder><mrow><mo>(</mo><msub><mi>w</mi><mi>j</mi></msub><mo>·</mo><mi>x</mi><mo>+</mo><msub><mi>b</mi><mi>j</mi></msub><mo>)</mo></mrow>",
    derivative:
      "<mfrac><mrow><mo>∂</mo><mi>f</mi></mrow><mrow><mo>∂</mo><mi>x</mi></mrow></mfrac><mo>=</mo><msub><mi>w</mi><mi>j</mi></msub><mo>,</mo><mspace width='1em'/><mi>j</mi><mtext> the largest piece</mtext>",
  },
  range: "(−∞, ∞)",
  derivativeRange: "(−∞, ∞)",
  kinks: "Where two pieces are equal the value is theirs, and the gradient goes to the first.",
  fact: "The largest of k learned lines: the unit learns its own convex activation.",
  strengths: [
    "Learns ReLU, Leaky ReLU or the absolute value as the data ask; two pieces already can.",
    "Piecewise linear and never flat: gradients pass whole through one piece.",
  ],
  weaknesses: [
    "k times the parameters and the work of a plain unit.",
    "A piece that is never the largest learns nothing.",
  ],
  source: "Goodfellow, Warde-Farley, Mirza, Courville & Bengio, ICML 2013, §3",
  activation: null,
  graph: {
    about: "the pieces −0.5·x − 1, 0.2·x and x − 0.5",
    value: (x) => Math.max(-0.5 * x - 1, 0.2 * x, x - 0.5),
    derivative(x) {
      const lines = [-0.5 * x - 1, 0.2 * x, x - 0.5];
      return [-0.5, 0.2, 1][topPiece(lines, 0, 3)];
    },
  },
};
