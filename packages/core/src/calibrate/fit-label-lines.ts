import type { LabelSets, Logits } from "../data/index.ts";
import { columnOf, marksOf } from "../evaluate/label-scores.ts";
import { fitLogistic } from "../optimize/index.ts";
import { createLabelLines, type LabelLines } from "./label-lines.ts";
import { smoothedTargets } from "./platt.ts";

/** The line that all labels share, and the scores it was learned from. */
export interface CommonLine {
  readonly slope: number;
  readonly intercept: number;
  /** Root mean square of the finite scores. */
  readonly scale: number;
}

/** Platt's line through the scores of all labels together. */
export function fitCommonLine(logits: Logits, { values: marks }: LabelSets): CommonLine {
  const all = finiteRows(Float64Array.from(logits.values), marks);
  const { scores } = all;
  if (scores.length === 0) return { slope: 1, intercept: 0, scale: 1 };
  const targets = smoothedTargets({ ...all, sampleWeights: undefined });
  const ones = new Float64Array(scores.length).fill(1);
  const { parameters } = fitLogistic({ columns: [scores, ones], targets });
  const squares = scores.reduce((sum, z) => sum + z * z, 0);
  const scale = squares > 0 ? Math.sqrt(squares / scores.length) : 1;
  return { slope: parameters[0], intercept: parameters[1], scale };
}

/**
 * A line per label, held near the common one: of each label the least
 * −log-likelihood + ½·penalty·((Δslope·scale)² + Δintercept²). A label that no row carries, or all do, says nothing about
 * its slope and takes the common line; so do all at a penalty of Infinity.
 */
export function fitLabelLines(
  logits: Logits,
  labelSets: LabelSets,
  common: CommonLine,
  penalty: number,
): LabelLines {
  const { columns } = logits;
  const slopes = new Float64Array(columns).fill(common.slope);
  const intercepts = new Float64Array(columns).fill(common.intercept);
  for (let k = 0; k < columns; k++) {
    if (penalty === Infinity) break;
    const { scores, isEvent } = finiteRows(columnOf(logits, k), marksOf(labelSets, k));
    const events = isEvent.reduce((sum, mark) => sum + mark, 0);
    if (events === 0 || events === isEvent.length) continue;
    const { parameters } = fitLogistic({
      columns: [scores.map((z) => z / common.scale), new Float64Array(scores.length).fill(1)],
      targets: Float64Array.from(isEvent),
      offset: scores.map((z) => common.slope * z + common.intercept),
      ridge: penalty,
      start: new Float64Array(2),
    });
    slopes[k] += parameters[0] / common.scale;
    intercepts[k] += parameters[1];
  }
  return createLabelLines({ slopes, intercepts });
}

function finiteRows(scores: Float64Array, marks: Uint8Array): { scores: Float64Array; isEvent: Uint8Array } {
  return {
    scores: scores.filter(Number.isFinite),
    isEvent: marks.filter((_, row) => Number.isFinite(scores[row])),
  };
}
