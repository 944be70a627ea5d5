import { InputError } from "../errors/index.ts";
import { betaQuantile } from "./beta.ts";
import { normalQuantile } from "./normal.ts";

/**
 * Wilson's interval for a proportion: all p whose normal test does not reject successes/rows. Its
 * coverage is near `confidence` on average over p, also for few rows and for p near 0 or 1.
 *
 * @param confidence in (0, 1), for example 0.95
 * @throws InputError when there are no rows, or successes are not in [0, rows]
 * @see Wilson, JASA 22 (1927); Brown, Cai & DasGupta, Statistical Science 16 (2001)
 */
export function wilsonInterval(
  successes: number,
  rows: number,
  confidence: number,
): [low: number, high: number] {
  checkCounts("wilsonInterval", successes, rows, confidence);
  const z = normalQuantile((1 + confidence) / 2);
  const p = successes / rows;
  const q = (rows - successes) / rows;
  const shift = (z * z) / (2 * rows);
  const half = z * Math.sqrt((p * q) / rows + (z * z) / (4 * rows * rows));
  // The product of the two roots is p²/(1 + z²/n): so no difference of near numbers, and an exact 0 and 1.
  return [(p * p) / (p + shift + half), 1 - (q * q) / (q + shift + half)];
}

/**
 * Clopper and Pearson's interval for a proportion, from the binomial law itself: never covers less
 * than `confidence`, mostly more.
 *
 * @param confidence in (0, 1), for example 0.95
 * @throws InputError when there are no rows, or successes are not in [0, rows]
 * @see Clopper & Pearson, Biometrika 26 (1934)
 */
export function clopperPearsonInterval(
  successes: number,
  rows: number,
  confidence: number,
): [low: number, high: number] {
  checkCounts("clopperPearsonInterval", successes, rows, confidence);
  const failures = rows - successes;
  const tail = (1 - confidence) / 2;
  return [
    successes === 0 ? 0 : betaQuantile(tail, successes, failures + 1),
    failures === 0 ? 1 : betaQuantile(1 - tail, successes + 1, failures),
  ];
}

function checkCounts(where: string, successes: number, rows: number, confidence: number): void {
  if (!(rows > 0 && rows < Infinity))
    throw new InputError(`${where}: rows must be a positive number, got ${rows}`);
  if (!(successes >= 0 && successes <= rows))
    throw new InputError(`${where}: successes must be in [0, ${rows}], got ${successes}`);
  if (!(confidence > 0 && confidence < 1))
    throw new InputError(`${where}: confidence must be in (0, 1), got ${confidence}`);
}
