/**
 * Why a row is what it is:
 * - ambiguous: its label set holds more than one label; atypical: it holds none;
 * - fragile: another action can become better inside the intervals of the probabilities;
 * - costly: referring is expected to cost less than the best action;
 * - guarantee-not-feasible: the rows kept for it do not carry the promised risk, so nothing is accepted;
 * - below-threshold: no probability reaches its threshold.
 */
export const reasons = [
  "ambiguous",
  "atypical",
  "fragile",
  "costly",
  "guarantee-not-feasible",
  "below-threshold",
] as const;
export type Reason = (typeof reasons)[number];

/** The bit of a reason in one number per row. */
export function bitOf(reason: Reason): number {
  return 1 << reasons.indexOf(reason);
}

/** The reasons whose bits are set. */
export function reasonsOf(bits: number): Reason[] {
  return reasons.filter((reason) => (bits & bitOf(reason)) !== 0);
}
