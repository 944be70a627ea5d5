import type { Labels, Probabilities } from "../data/index.ts";
import { normalDistribution } from "../statistics/index.ts";
import { checkScores } from "./scores.ts";

/** A test of the hypothesis that probabilities are calibrated. */
export interface CalibrationTest {
  /** Standard normal, for many rows, where they are; above 0 when outcomes scatter more than stated (overconfident). */
  readonly z: number;
  /** Two-sided. */
  readonly pValue: number;
}

/**
 * Spiegelhalter's test: how many standard deviations the Brier score lies above what it would be on average if each
 * row's label were drawn from its own probabilities. For row p with label y the Brier score is Σpₖ² − 2pᵧ + 1, of
 * mean 1 − Σpₖ² and variance 4(Σpₖ³ − (Σpₖ²)²); for two classes this is Spiegelhalter's own form. It looks for one
 * kind of fault: too bold or too timid. A small p-value speaks against calibration, a large one for little.
 *
 * @returns null where the score cannot vary: every row certain, or all its classes equally probable
 * @throws InputError when probabilities and labels do not fit together
 * @see Spiegelhalter, Statistics in Medicine 5 (1986)
 */
export function spiegelhalterTest(probabilities: Probabilities, labels: Labels): CalibrationTest | null {
  checkScores("spiegelhalterTest", probabilities, labels);
  const { rows, columns, values } = probabilities;
  let excess = 0;
  let variance = 0;
  for (let row = 0, start = 0; row < rows; row++, start += columns) {
    let squares = 0;
    for (let k = 0; k < columns; k++) squares += values[start + k] * values[start + k];
    // Σp³ − (Σp²)² as the variance of p under p: no difference of near numbers.
    for (let k = 0; k < columns; k++) {
      const gap = values[start + k] - squares;
      variance += values[start + k] * gap * gap;
    }
    excess += squares - values[start + labels.indices[row]];
  }
  // What rounding leaves of a variance that is 0.
  if (!(variance > 1e-28 * rows)) return null;
  const z = excess / Math.sqrt(variance);
  return { z, pValue: 2 * normalDistribution(-Math.abs(z)) };
}
