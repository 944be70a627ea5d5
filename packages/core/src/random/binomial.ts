import { exp, log, log1p } from "../kernels/elementary.ts";
import type { Generator } from "./generator.ts";
import { stirlingError } from "./stirling.ts";

/**
 * A draw from the binomial distribution: how many of `trials` succeed. Exact up to rounding, in a
 * time that does not grow with `trials`.
 *
 * @param trials a whole number in [0, 2⁵³)
 * @param probability of one success, in [0, 1]
 */
export function drawBinomial(trials: number, probability: number, generator: Generator): number {
  if (trials === 0 || probability <= 0) return 0;
  if (probability >= 1) return trials;
  if (probability > 0.5) return trials - drawBinomial(trials, 1 - probability, generator);
  return trials * probability < 40
    ? byInversion(trials, probability, generator)
    : byRejection(trials, probability, generator);
}

/** Walks up the distribution until a uniform number is used up: some trials · probability steps, the faster way below forty of them. */
function byInversion(trials: number, probability: number, generator: Generator): number {
  const odds = probability / (1 - probability);
  let rest = generator.uniform();
  let mass = exp(trials * log1p(-probability));
  let count = 0;
  while (rest > mass && count < trials) {
    rest -= mass;
    mass *= (odds * (trials - count)) / (count + 1);
    count++;
  }
  return count;
}

/**
 * Transformed rejection with a squeeze: algorithm BTRS, for trials · probability ≥ 10 (here 40) and
 * probability ≤ ½. Five draws in six pass the squeeze, which needs no logarithm.
 *
 * @see Hörmann, The generation of binomial random variates, J. Stat. Comput. Simul. 46 (1993)
 */
function byRejection(trials: number, probability: number, generator: Generator): number {
  const deviation = Math.sqrt(trials * probability * (1 - probability));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * probability;
  const center = trials * probability + 0.5;
  const squeeze = 0.92 - 4.2 / b;
  for (;;) {
    const u = generator.uniform() - 0.5;
    const v = generator.uniform();
    const edge = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / edge + b) * u + center);
    if (edge >= 0.07 && v <= squeeze) return count;
    if (!(count >= 0 && count <= trials)) continue; // also when edge is 0
    const alpha = (2.83 + 5.1 / b) * deviation;
    if (log((v * alpha) / (a / (edge * edge) + b)) <= logRatioToMode(count, trials, probability))
      return count;
  }
}

/** ln of P(count) / P(mode) for probability ≤ ½, the factorials by Stirling's formula with its error terms. */
export function logRatioToMode(count: number, trials: number, probability: number): number {
  const mode = Math.floor((trials + 1) * probability);
  const odds = probability / (1 - probability);
  return (
    (mode + 0.5) * log((mode + 1) / (odds * (trials - mode + 1))) +
    (trials + 1) * log((trials - mode + 1) / (trials - count + 1)) +
    (count + 0.5) * log((odds * (trials - count + 1)) / (count + 1)) +
    stirlingError(mode + 1) +
    stirlingError(trials - mode + 1) -
    stirlingError(count + 1) -
    stirlingError(trials - count + 1)
  );
}

/**
 * A draw from the multinomial distribution, cell after cell from the binomial law given the cells
 * before; cells of weight 0 get 0 and cost nothing.
 *
 * @param weights of the cells, ≥ 0, not all 0; they need not sum to 1
 * @param output one count per cell; they sum to `trials`
 */
export function drawMultinomial(
  trials: number,
  weights: ArrayLike<number>,
  generator: Generator,
  output: Float64Array,
): void {
  let weightLeft = 0;
  for (let cell = 0; cell < weights.length; cell++) weightLeft += weights[cell];
  let trialsLeft = trials;
  for (let cell = 0; cell < weights.length; cell++) {
    const count = drawBinomial(trialsLeft, weights[cell] / weightLeft, generator);
    output[cell] = count;
    trialsLeft -= count;
    weightLeft -= weights[cell];
  }
}
