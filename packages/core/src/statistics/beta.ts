import { InputError } from "../errors/index.ts";
import { exp } from "../kernels/elementary.ts";
import { stirlingError } from "../random/stirling.ts";
import { deviance } from "./deviance.ts";

/**
 * Iₓ(a, b), the probability that a Beta(a, b) number is at most x. Relative error below 1e-14 in the
 * bulk, growing with |ln Iₓ| in the tails.
 *
 * @param a, b shapes, > 0
 * @throws InputError when x is not in [0, 1] or a shape is not a positive number
 * @see DiDonato & Morris, ACM TOMS 18 (1992), for the continued fraction; Loader, Fast and accurate
 *   computation of binomial probabilities (2000), for the factor before it
 */
export function betaDistribution(x: number, a: number, b: number): number {
  checkShapes("betaDistribution", a, b);
  if (!(x >= 0 && x <= 1)) throw new InputError(`betaDistribution: x must be in [0, 1], got ${x}`);
  return lowerTail(x, a, b);
}

/**
 * The x with Iₓ(a, b) = p.
 *
 * @throws InputError when p is not in [0, 1] or a shape is not a positive number
 */
export function betaQuantile(p: number, a: number, b: number): number {
  checkShapes("betaQuantile", a, b);
  if (!(p >= 0 && p <= 1)) throw new InputError(`betaQuantile: p must be in [0, 1], got ${p}`);
  if (p === 0 || p === 1) return p;
  // Newton, with the interval that holds the answer as a guard: a step that leaves it becomes a halving.
  let low = 0;
  let high = 1;
  let x = a / (a + b);
  for (;;) {
    const difference = lowerTail(x, a, b) - p;
    if (difference === 0) return x;
    if (difference < 0) low = x;
    else high = x;
    const slope = kernel(x, a, b) / (x * (1 - x));
    let next = x - difference / slope;
    if (!(next > low && next < high)) next = low + (high - low) / 2;
    if (next === low || next === high || Math.abs(next - x) <= 1e-16 * x) return next;
    x = next;
  }
}

function checkShapes(where: string, a: number, b: number): void {
  if (!(a > 0 && b > 0 && a < Infinity && b < Infinity))
    throw new InputError(`${where}: both shapes must be positive numbers, got ${a} and ${b}`);
}

function lowerTail(x: number, a: number, b: number): number {
  if (x === 0 || x === 1) return x;
  // The fraction converges fast on this side of the mean only; the other side is the mirror image.
  return x * (a + b + 2) < a + 1
    ? kernel(x, a, b) / continuedFraction(x, 1 - x, a, b)
    : 1 - kernel(x, a, b) / continuedFraction(1 - x, x, b, a);
}

/** xᵃ (1 − x)ᵇ / B(a, b), with the large logarithms cancelled on paper. */
function kernel(x: number, a: number, b: number): number {
  const sum = a + b;
  const correction = stirlingError(sum) - stirlingError(a) - stirlingError(b);
  const distance = deviance(a, sum * x) + deviance(b, sum * (1 - x));
  return Math.sqrt(((a / sum) * b) / (2 * Math.PI)) * exp(correction - distance);
}

/**
 * F with Iₓ(a, b) = xᵃ yᵇ / (B(a, b) · F), y = 1 − x: two steps of DLMF 8.17.22 taken as one, in a
 * form where near numbers are subtracted only once, in a·y − b·x.
 */
function continuedFraction(x: number, y: number, a: number, b: number): number {
  const offset = a * y - b * x + 1;
  let value = (a * offset) / (a + 1);
  let c = value;
  let d = 0;
  for (let m = 1; ; m++) {
    const width = a + 2 * m - 1;
    const numerator = ((m * (a + m - 1)) / width) * ((a + b + m - 1) / width) * (b - m) * x * x;
    const denominator = m + (m * (b - m) * x) / width + ((a + m) * (offset + m * (1 + y))) / (width + 2);
    d = 1 / (denominator + numerator * d);
    c = denominator + numerator / c;
    value *= c * d;
    if (Math.abs(c * d - 1) < 2 ** -52) return value;
  }
}
