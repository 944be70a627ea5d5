import type { FitStatus, OptimumRecord } from "../model/index.ts";

/** Ends of an exact fit, the best first. */
const statuses: readonly FitStatus[] = ["certified", "gradient", "stalled", "budget"];

/** How the fit of several labels ended: as the worst of theirs. */
export function worstStatus(ends: readonly FitStatus[]): FitStatus {
  return statuses[Math.max(...ends.map((status) => statuses.indexOf(status)))];
}

/** @param constants loss of the labels that were not fitted, and have nothing left to gain */
export function sumOf(optima: readonly OptimumRecord[], constants: number): OptimumRecord {
  const total = (of: (each: OptimumRecord) => number): number =>
    optima.reduce((sum, each) => sum + of(each), 0);
  const known = (of: (each: OptimumRecord) => number | null): number | null =>
    optima.some((each) => of(each) === null) ? null : total((each) => of(each) ?? 0);
  return {
    objective: total(({ objective }) => objective) + constants,
    gap: known(({ gap }) => gap),
    decrement: known(({ decrement }) => decrement),
    gradientNorm: Math.sqrt(total(({ gradientNorm }) => gradientNorm * gradientNorm)),
    iterations: total(({ iterations }) => iterations),
    passes: total(({ passes }) => passes),
    logLikelihood: total(({ logLikelihood }) => logLikelihood) - constants,
    nullLogLikelihood: total(({ nullLogLikelihood }) => nullLogLikelihood) - constants,
    degreesOfFreedom: null,
  };
}
