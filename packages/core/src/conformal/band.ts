import { InputError } from "../errors/index.ts";
import { betaBinomialInterval, betaQuantile, type Interval } from "../statistics/index.ts";
import { checkCoverage, checkFeasible, conformalRank } from "./feasibility.ts";

export interface CoverageBand {
  /** k = ⌈(rows + 1) · coverage⌉. */
  readonly rank: number;
  /** k / (rows + 1): what the coverage is on average over the draw of the rows. */
  readonly mean: number;
  /** Where the coverage of one draw lies, at the stated confidence. */
  readonly interval: Interval;
}

export interface CoverageBandOptions {
  /** Rows to observe the coverage on; without them the band is of the coverage over the whole population. */
  readonly testRows?: number | undefined;
  /** Default 0.95. */
  readonly confidence?: number;
}

/**
 * Where the coverage of one conformal threshold will lie, given that it was learned from so many rows: over the
 * population it is a Beta(k, rows + 1 − k) number, and the rows covered of a finite test set are beta-binomial. Exact where
 * scores have no ties, or they are broken; for any data and any model.
 *
 * @throws InputError when the coverage is not feasible from so many rows, or an argument is outside its range
 * @see Vovk, ACML 2012; Angelopoulos & Bates, Conformal prediction: a gentle introduction (2023), appendix C
 */
export function coverageBand(
  rows: number,
  coverage: number,
  { testRows, confidence = 0.95 }: CoverageBandOptions = {},
): CoverageBand {
  const where = "coverageBand";
  if (!Number.isSafeInteger(rows) || rows < 0)
    throw new InputError(`${where}: rows must be a whole number ≥ 0, got ${rows}`);
  checkCoverage(where, coverage, rows);
  checkFeasible(where, coverage, "all", [{ name: "all rows", rows }]);
  if (testRows !== undefined && !(Number.isSafeInteger(testRows) && testRows > 0))
    throw new InputError(`${where}: testRows must be a whole number ≥ 1, got ${testRows}`);
  if (!(confidence > 0 && confidence < 1))
    throw new InputError(`${where}: confidence must be in (0, 1), got ${confidence}`);
  const rank = conformalRank(rows, coverage);
  return {
    rank,
    mean: rank / (rows + 1),
    interval: bandOf(rows, rank, testRows, confidence),
  };
}

/** The band of a threshold that is the rank-th of so many scores. */
export function bandOf(
  rows: number,
  rank: number,
  testRows: number | undefined,
  confidence: number,
): Interval {
  const rest = rows + 1 - rank;
  if (testRows !== undefined) {
    const [low, high] = betaBinomialInterval(testRows, rank, rest, confidence);
    return [low / testRows, high / testRows];
  }
  return [betaQuantile((1 - confidence) / 2, rank, rest), betaQuantile((1 + confidence) / 2, rank, rest)];
}
