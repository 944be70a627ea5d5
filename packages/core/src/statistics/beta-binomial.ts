import { InputError } from "../errors/index.ts";

/**
 * Where a beta-binomial count lies with probability `confidence`: successes of `trials` whose common probability is itself
 * a Beta(a, b) number. The ends are the counts at which the distribution function reaches (1 − confidence)/2 and
 * (1 + confidence)/2; every tail outside has at most half of the rest.
 *
 * @param trials a whole number ≥ 0; the time grows with the width of the law, at most with `trials`
 * @param a, b shapes, ≥ 1, so that the law has one hill
 * @throws InputError when an argument is outside its range
 */
export function betaBinomialInterval(
  trials: number,
  a: number,
  b: number,
  confidence: number,
): [low: number, high: number] {
  if (!Number.isSafeInteger(trials) || trials < 0)
    throw new InputError(`betaBinomialInterval: trials must be a whole number ≥ 0, got ${trials}`);
  if (!(a >= 1 && b >= 1 && a < Infinity && b < Infinity))
    throw new InputError(`betaBinomialInterval: both shapes must be numbers ≥ 1, got ${a} and ${b}`);
  if (!(confidence > 0 && confidence < 1))
    throw new InputError(`betaBinomialInterval: confidence must be in (0, 1), got ${confidence}`);

  // Probabilities relative to that near the top, out to where they no longer count.
  const top = a + b > 2 ? Math.round((trials * (a - 1)) / (a + b - 2)) : 0;
  const rise = (k: number): number => ((trials - k) * (a + k)) / ((k + 1) * (b + trials - k - 1)); // from k to k + 1
  const left: number[] = [];
  for (let mass = 1, k = top - 1; k >= 0 && mass > 1e-20; k--) {
    mass /= rise(k);
    left.push(mass);
  }
  const masses = left.toReversed();
  for (let mass = 1, k = top; k <= trials && mass > 1e-20; k++) {
    masses.push(mass);
    mass *= rise(k);
  }
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  const countAt = (level: number): number => {
    let sum = 0;
    const index = masses.findIndex((mass) => (sum += mass) >= level * total);
    return top - left.length + index;
  };
  return [countAt((1 - confidence) / 2), countAt((1 + confidence) / 2)];
}
