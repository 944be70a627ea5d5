import { InputError } from "../errors/index.ts";
import { exp, log } from "../kernels/elementary.ts";

const INVERSE_SQRT_2PI = 0.3989422804014327;

/** φ(x), the density of the standard normal distribution. */
export function normalDensity(x: number): number {
  if (Math.abs(x) > 39) return 0;
  // x² rounded would cost x² units of the last place: take out a part whose square is exact.
  const coarse = Math.round(x * 16) / 16;
  return INVERSE_SQRT_2PI * exp(-0.5 * coarse * coarse) * exp(-0.5 * (x - coarse) * (x + coarse));
}

/** Φ(x) − ½ for small |x|: φ(x) · (x + x³/3 + x⁵/(3·5) + …), whose terms all have one sign. */
function centralMass(x: number): number {
  const square = x * x;
  let term = x;
  let sum = x;
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= square / odd;
    sum += term;
  }
  return normalDensity(x) * sum;
}

/**
 * 1 − Φ(x) for x ≥ 1: φ(x) / (x + 1/(x + 2/(x + 3/(x + …)))). Cut after n levels the error falls as
 * exp(−2x√n); the first value, the fixed point of t = x + n/t, stands for the levels left out.
 */
function upperTail(x: number): number {
  const levels = 10 + Math.ceil(400 / (x * x));
  let fraction = (x + Math.sqrt(x * x + 4 * levels)) / 2;
  for (let level = levels; level > 0; level--) fraction = x + level / fraction;
  return normalDensity(x) / fraction;
}

/**
 * Φ(x), the probability that a standard normal number is at most x. Relative error below 1e-15 in
 * the bulk and in the lower tail down to the smallest normal number; for an upper tail ask at −x.
 *
 * @see Marsaglia, Evaluating the Normal Distribution, J. Stat. Software 11 (2004); Laplace's
 *   continued fraction, DLMF 7.9
 */
export function normalDistribution(x: number): number {
  if (x > 39) return 1;
  if (x < -39) return 0;
  if (x > 1) return 1 - upperTail(x);
  if (x < -1) return upperTail(-x);
  return 0.5 + centralMass(x);
}

/**
 * The x with Φ(x) = p: −∞ at 0, +∞ at 1. Relative error below 1e-15, also next to p = ½ (where x is
 * near 0) and for p down to 1e-300.
 *
 * @throws InputError when p is not in [0, 1]
 * @see start: Abramowitz & Stegun 26.2.23, with an error below 4.5e-4; each Halley step cubes it
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new InputError(`normalQuantile: p must be in [0, 1], got ${p}`);
  const fromHalf = p - 0.5;
  if (Math.abs(fromHalf) < 0.34) {
    let x = fromHalf / INVERSE_SQRT_2PI;
    for (let step = 0; step < 4; step++) x = halley(x, centralMass(x) - fromHalf);
    return x;
  }
  const tail = Math.min(p, 1 - p);
  if (tail === 0) return p === 0 ? -Infinity : Infinity;
  const r = Math.sqrt(-2 * log(tail));
  const numerator = 2.515517 + r * (0.802853 + r * 0.010328);
  const denominator = 1 + r * (1.432788 + r * (0.189269 + r * 0.001308));
  let x = numerator / denominator - r;
  for (let step = 0; step < 3; step++) x = halley(x, normalDistribution(x) - tail);
  return p < 0.5 ? x : -x;
}

/** One Halley step for Φ(x) = p, given Φ(x) − p; Φ″/Φ′ = −x. */
function halley(x: number, difference: number): number {
  const newton = difference / normalDensity(x);
  return x - newton / (1 + 0.5 * x * newton);
}
