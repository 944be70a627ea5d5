import type { Labels, Probabilities } from "@sigmax/core/data";
import {
  calibrationLines,
  corpDiagram,
  reliabilityDiagram,
  type CalibrationLine,
} from "@sigmax/core/evaluate";
import type { Reported } from "./build.ts";
import type { CalibrationFigures, Diagram } from "./decision-data.ts";

/** Small pictures side by side; more would not be looked at. */
const mostClasses = 10;

/** Draws behind the bands of a diagram. */
const draws = 200;

/** Diagrams with the calibrator and without it, on the same rows. */
export function calibrationFigures(
  { model, tested, logits, evaluation, candidates = [] }: Reported,
  after: Probabilities,
): CalibrationFigures {
  const { labels } = tested;
  const { calibration } = model;
  const raw = calibration && calibration.calibrator.kind !== "identity" ? model.rawLogits(tested.data) : null;
  const before = raw && model.head.probabilities(raw);
  const lines = { before: raw && calibrationLines(raw, labels), after: calibrationLines(logits, labels) };
  const worstFirst =
    evaluation.positive === null
      ? labels.classes
          .map((name, k) => ({ name, error: classError(after, labels, k) }))
          .toSorted((a, b) => b.error - a.error)
          .map(({ name }) => name)
      : [evaluation.positive];
  return {
    fitted: calibration && {
      kind: calibration.calibrator.kind,
      parameterCount: calibration.calibrator.parameterCount,
      source: calibration.source,
      rows: calibration.rows,
      reason: calibration.reason,
    },
    candidates,
    diagrams: [null, ...worstFirst.slice(0, mostClasses)].map((name) => ({
      class: name,
      before: before && diagramOf(before, labels, name, lineOf(lines.before, name)),
      after: diagramOf(after, labels, name, lineOf(lines.after, name)),
    })),
  };
}

function diagramOf(
  probabilities: Probabilities,
  labels: Labels,
  name: string | null,
  line: CalibrationLine | null,
): Diagram {
  const options = { draws, ...(name !== null && { class: name }) };
  const { segments, band, miscalibration, confidence } = corpDiagram(probabilities, labels, options);
  return {
    bins: reliabilityDiagram(probabilities, labels, { ...options, bins: 10 }).bins,
    corp: { segments, band, miscalibration, confidence },
    line,
  };
}

function lineOf(lines: readonly CalibrationLine[] | null, name: string | null): CalibrationLine | null {
  return lines?.find((line) => line.class === name) ?? null;
}

/** Mean distance of a class's probability from its frequency, over ten bins: which class to show first. */
function classError({ rows, columns, values }: Probabilities, { indices }: Labels, k: number): number {
  const excess = new Float64Array(10);
  for (let row = 0; row < rows; row++) {
    const p = values[row * columns + k];
    excess[Math.min(9, Math.floor(10 * p))] += p - Number(indices[row] === k);
  }
  return excess.reduce((sum, each) => sum + Math.abs(each), 0) / rows;
}
