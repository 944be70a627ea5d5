import type { Generator } from "../src/random/index.ts";

/**
 * A row of 2 to 9 logits of the kinds that hurt: nearly equal or 10⁵ apart, far from zero so that z − max
 * rounds, ties, and one class far above the rest.
 */
export function hardRow(random: Generator): number[] {
  const spread = [1e-9, 1, 10, 100, 700, 1e5][random.below(6)];
  const center = [0, 0, 1000, -1e6, 1e10][random.below(5)];
  const row = Array.from({ length: 2 + random.below(8) }, () => center + spread * (2 * random.uniform() - 1));
  if (random.below(8) === 0) row[1] = row[0];
  if (random.below(8) === 0) row[random.below(row.length)] += 36 + random.uniform();
  return row;
}

/** A long row whose exponentials differ by up to e³⁰, so that a plain sum would lose digits. */
export function longRow(random: Generator, length: number): number[] {
  return Array.from({ length }, (_, i) => (i === 0 ? 0 : -30 * random.uniform()));
}
