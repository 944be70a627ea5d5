import type { Evaluation } from "@sigmax/core";
import type { Guarantees } from "@sigmax/core/artifact";
import type { Labels, Probabilities } from "@sigmax/core/data";
import { decisionCurve, riskCoverage, type DecisionCurve } from "@sigmax/core/decide";
import type { SelectionFigures } from "./decision-data.ts";

/** Every second of a hundred threshold probabilities: as many as a small drawing shows. */
const thresholds = Array.from({ length: 49 }, (_, i) => (2 * (i + 1)) / 100);

/** What is gained by refusing the least certain rows, and where the promise stands. */
export function selectionOf(
  probabilities: Probabilities,
  labels: Labels,
  guarantees: Guarantees | null,
): SelectionFigures {
  const promised = guarantees?.selective ?? null;
  let accepted = 0;
  let errors = 0;
  if (promised?.feasible) {
    const { rows, columns, values } = probabilities;
    for (let row = 0, start = 0; row < rows; row++, start += columns) {
      let top = 0;
      for (let k = 1; k < columns; k++) if (values[start + k] > values[start + top]) top = k;
      if (values[start + top] <= promised.threshold) continue;
      accepted++;
      if (top !== labels.indices[row]) errors++;
    }
  }
  return { ...riskCoverage(probabilities, labels, { most: 120 }), promised, accepted, errors };
}

/** What acting on the event's probability is worth; null for more than two classes. */
export function benefitOf(
  probabilities: Probabilities,
  labels: Labels,
  { positive, confidence }: Evaluation,
): DecisionCurve | null {
  if (positive === null) return null;
  return decisionCurve(probabilities, labels, { positive, thresholds, confidence, draws: 500 });
}
