import { findDependence } from "./dependence.ts";
import type { LinearProblem, Obstacle } from "./problem.ts";
import { everyRow } from "./sample.ts";
import { findSeparation } from "./separation.ts";

/**
 * Why a problem has no single finite optimum: its columns without a penalty separate the classes, or one of them
 * depends on the others. Null when it has one, and without another look where every column has a penalty.
 */
export function obstacleOf(problem: LinearProblem): Obstacle | null {
  const { sums, values, lambda, labels, sampleWeights } = problem;
  const free = [...lambda.keys()].filter((j) => lambda[j] === 0);
  if (free.length === 0) return null;
  const { columns, outputs } = sums;
  const separation = findSeparation({ values, columns, labels, outputs, sampleWeights }, free);
  if (separation !== null && separation.kind !== "none") {
    const { kind, direction, columns: causes, alone } = separation;
    return { kind, direction, columns: causes, alone };
  }
  const dependence = findDependence({ values, columns, sampleWeights }, free);
  return dependence && { kind: "dependent", ...dependence };
}

/**
 * Whether a Newton decrement ½ gᵀH⁻¹g is so small that there must be a finite optimum. Were there a direction β that
 * separates, with βᵀHβ = 1, its gains would satisfy Σ s p·gain = −g·β ≤ √(2·decrement), so each is at most that over
 * its s p, and 1 = βᵀHβ ≤ Σ s p·gain² ≤ 2·decrement / min s p, over all rows and all classes but their own.
 */
export function isFiniteProven({ sums, labels, sampleWeights }: LinearProblem, decrement: number): boolean {
  const { rows, outputs } = sums;
  const probabilities = sums.probabilities(everyRow(rows));
  let least = Infinity;
  for (let row = 0, at = 0; row < rows; row++, at += outputs) {
    const s = sampleWeights ? sampleWeights[row] : 1;
    if (s === 0) continue;
    for (let k = 0; k < outputs; k++) {
      const p = probabilities[at + k];
      if (outputs === 1) least = Math.min(least, s * (labels[row] === 1 ? 1 - p : p));
      else if (k !== labels[row]) least = Math.min(least, s * p);
    }
  }
  return 2 * decrement < least;
}
