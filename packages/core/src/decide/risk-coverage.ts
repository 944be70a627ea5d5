import type { Labels, Probabilities } from "../data/index.ts";
import { checkScores } from "../evaluate/scores.ts";
import { log1p } from "../kernels/elementary.ts";
import { rankRows, type Ranking } from "./ranking.ts";

export interface RiskCoverage {
  readonly rows: number;
  /** Share of wrong labels among all rows. */
  readonly error: number;
  /**
   * Area under the curve: the mean over i = 1 … n of the share of wrong labels among the i most certain rows; equally
   * certain ones in random order, so their errors come evenly. In [0, 1], lower is better.
   */
  readonly aurc: number;
  /** AURC above that of the best order of the same errors, r + (1 − r) ln(1 − r) for error r. 0 is best. */
  readonly excessAurc: number;
  /** The largest share of rows that can be accepted without an error. */
  readonly coverageBeforeFirstError: number;
  /** From the strictest threshold to none, thinned: what holds when rows at or above it are accepted. */
  readonly curve: readonly RiskCoveragePoint[];
}

export interface RiskCoveragePoint {
  readonly threshold: number;
  readonly coverage: number;
  readonly risk: number;
}

/**
 * How the share of wrong labels falls as the least certain rows are refused, certainty being the largest probability.
 *
 * @param most points of the curve
 * @throws InputError when probabilities and labels do not fit together
 * @see Geifman, Uziel & El-Yaniv, Bias-reduced uncertainty estimation, ICLR 2019 (AURC, E-AURC)
 */
export function riskCoverage(
  probabilities: Probabilities,
  labels: Labels,
  { most = 200 }: { most?: number } = {},
): RiskCoverage {
  checkScores("riskCoverage", probabilities, labels);
  const ranking = rankRows(probabilities, labels);
  const { rows, errors, levels, accepted, errorsAccepted } = ranking;
  const error = errors / rows;
  const aurc = areaOf(ranking);
  const best = error < 1 ? error + (1 - error) * log1p(-error) : 1;
  const first = errorsAccepted.findIndex((count) => count > 0);
  return {
    rows,
    error,
    aurc,
    excessAurc: aurc - best,
    coverageBeforeFirstError: first < 0 ? 1 : first === 0 ? 0 : accepted[first - 1] / rows,
    curve: thinned(levels.length, most).map((i) => ({
      threshold: levels[i],
      coverage: accepted[i] / rows,
      risk: errorsAccepted[i] / accepted[i],
    })),
  };
}

function areaOf({ rows, accepted, errorsAccepted }: Ranking): number {
  let area = 0;
  for (let i = 0; i < accepted.length; i++) {
    const [before, errorsBefore] = i === 0 ? [0, 0] : [accepted[i - 1], errorsAccepted[i - 1]];
    const rate = (errorsAccepted[i] - errorsBefore) / (accepted[i] - before);
    for (let row = before + 1; row <= accepted[i]; row++)
      area += (errorsBefore + rate * (row - before)) / row;
  }
  return area / rows;
}

/** At most so many places of a list, evenly spread, both ends among them. */
function thinned(length: number, most: number): number[] {
  const count = Math.min(length, most);
  return Array.from({ length: count }, (_, i) =>
    count === length ? i : Math.round((i * (length - 1)) / (count - 1)),
  );
}
