import { InputError } from "../errors/index.ts";

/**
 * Where the number of successes lies with probability `confidence`: the counts at which the
 * distribution function reaches (1 − confidence)/2 and (1 + confidence)/2. Every tail outside has at
 * most half of the rest.
 *
 * @param trials a whole number ≥ 0; the time grows with its square root
 * @throws InputError when an argument is outside its range
 */
export function binomialInterval(
  trials: number,
  probability: number,
  confidence: number,
): [low: number, high: number] {
  if (!Number.isSafeInteger(trials) || trials < 0)
    throw new InputError(`binomialInterval: trials must be a whole number ≥ 0, got ${trials}`);
  if (!(probability >= 0 && probability <= 1))
    throw new InputError(`binomialInterval: probability must be in [0, 1], got ${probability}`);
  if (!(confidence > 0 && confidence < 1))
    throw new InputError(`binomialInterval: confidence must be in (0, 1), got ${confidence}`);
  if (probability === 0) return [0, 0];
  if (probability === 1) return [trials, trials];

  // Probabilities relative to that of the mode, out to where they no longer count.
  const odds = probability / (1 - probability);
  const mode = Math.floor((trials + 1) * probability);
  const left: number[] = [];
  for (let mass = 1, k = mode; k > 0 && mass > 1e-20; k--) {
    mass *= k / ((trials - k + 1) * odds);
    left.push(mass);
  }
  const masses = left.toReversed();
  for (let mass = 1, k = mode; k <= trials && mass > 1e-20; k++) {
    masses.push(mass);
    mass *= ((trials - k) * odds) / (k + 1);
  }
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  const countAt = (level: number): number => {
    let sum = 0;
    const index = masses.findIndex((mass) => (sum += mass) >= level * total);
    return mode - left.length + index;
  };
  return [countAt((1 - confidence) / 2), countAt((1 + confidence) / 2)];
}
