import { log } from "../kernels/elementary.ts";

/**
 * s ln(s / m) + m − s ≥ 0 for positive s and m, without the cancellation where s is near m.
 *
 * @see Loader, Fast and accurate computation of binomial probabilities (2000)
 */
export function deviance(s: number, m: number): number {
  const v = (s - m) / (s + m);
  if (Math.abs(v) > 0.1) return s * log(s / m) + m - s;
  // ln(s/m) = 2 artanh v, so the sum is (s − m)·v + 2s·(v³/3 + v⁵/5 + …).
  let power = 2 * s * v;
  let total = (s - m) * v;
  for (let odd = 3; ; odd += 2) {
    power *= v * v;
    const next = total + power / odd;
    if (next === total) return total;
    total = next;
  }
}
