import type { Labels, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { checkProbabilityRows, checkScores } from "../evaluate/scores.ts";
import {
  checkConformity,
  rowConformity,
  type ConformalMethod,
  type ConformityOptions,
} from "./conformity.ts";
import { checkCoverage, checkFeasible, conformalRank } from "./feasibility.ts";
import { trueConformities } from "./fit.ts";
import type { PredictionSets } from "./prediction-sets.ts";
import { rowUniforms, type RowIds } from "./row-hash.ts";

/** All that is needed to give cross-conformal sets again. */
export interface CrossConformalNumbers extends ConformityOptions {
  readonly kind: "cross";
  /** Asked for, and what comes about in practice. */
  readonly coverage: number;
  /** What is proven whatever the data: some 1 − 2α. */
  readonly guaranteed: number;
  readonly randomized: boolean;
  readonly seed: number;
  readonly classes: readonly string[];
  readonly rows: number;
  /** ⌈(rows + 1) · coverage⌉. */
  readonly rank: number;
  /** For each fold the conformity of its rows' true classes, ascending. */
  readonly conformities: readonly Float64Array[];
}

export interface CrossConformalSets extends CrossConformalNumbers {
  /**
   * The classes that fit each row.
   *
   * @param byFold for each fold, in order, the probabilities that the model learned without it gives these rows
   * @throws InputError when there is not one for each fold, or they are of different rows
   */
  sets(byFold: readonly Probabilities[], options?: { readonly rowIds?: RowIds | undefined }): PredictionSets;
}

export interface CrossConformalOptions {
  /** See `ConformalOptions`. */
  readonly method?: ConformalMethod;
  readonly coverage?: number;
  readonly randomized?: boolean;
  readonly seed?: number;
  readonly rowIds?: RowIds | undefined;
  readonly penalty?: number;
  readonly freeRank?: number;
}

/**
 * Cross-conformal prediction: every row serves to learn a model and to judge the models that have not seen it, so no row
 * is set aside. A class joins a row's set when, over all folds, at least n + 1 − k rows conform no better to the model
 * without them than the row with that class does. With α = 1 − coverage, K folds and m = n + 1 − k ≤ α(n + 1), the true
 * class is missed with probability at most 2(m + K − 1)/(n + K), near 2α: twice the weighted mean of the folds' p-values is
 * itself one. In practice it is near α.
 *
 * @param outOfFold each row's probabilities from the model learned without its fold
 * @param folds the fold of each row, numbered from 0, each with rows; a row's fold must not hang on its values
 * @throws InputError when the parts do not fit together, an option is outside its range, or there are too few rows
 * @see Vovk, Cross-conformal predictors, Ann. Math. Artif. Intell. 74 (2015); Vovk & Wang, Combining p-values via
 *   averaging, Biometrika 107 (2020); Barber, Candès, Ramdas & Tibshirani, Annals of Statistics 49 (2021)
 */
export function fitCrossConformal(
  outOfFold: Probabilities,
  labels: Labels,
  folds: ArrayLike<number>,
  {
    method = "lac",
    coverage = 0.9,
    randomized = true,
    seed = 0,
    rowIds,
    penalty = 0.01,
    freeRank = 5,
  }: CrossConformalOptions = {},
): CrossConformalSets {
  const where = "fitCrossConformal";
  checkScores(where, outOfFold, labels);
  const { rows } = outOfFold;
  checkCoverage(where, coverage, rows);
  checkFeasible(where, coverage, "all", [{ name: "all rows", rows }]);
  const options = { method, penalty, freeRank };
  checkConformity(where, options);
  const sizes = foldSizes(where, folds, rows);
  const uniforms = rowUniforms(where, rows, rowIds, { seed, stream: "fit", randomized });
  const conformity = trueConformities(outOfFold, labels, options, uniforms);
  const conformities = sizes.map((size) => new Float64Array(size));
  const filled = sizes.map(() => 0);
  for (let row = 0; row < rows; row++) conformities[folds[row]][filled[folds[row]]++] = conformity[row];
  for (const own of conformities) own.sort();
  const rank = conformalRank(rows, coverage);
  const missed = (2 * (rows + 1 - rank + sizes.length - 1)) / (rows + sizes.length);
  return crossConformalSets({
    kind: "cross",
    ...options,
    coverage,
    guaranteed: Math.max(0, 1 - missed),
    randomized,
    seed,
    classes: labels.classes,
    rows,
    rank,
    conformities,
  });
}

/**
 * The working object over its numbers, as `fitCrossConformal` returns it and a file holds them.
 *
 * @throws InputError when the numbers are not such
 */
export function crossConformalSets(numbers: CrossConformalNumbers): CrossConformalSets {
  const { classes, coverage, conformities, seed, randomized } = numbers;
  checkNumbers(numbers);
  return {
    ...numbers,
    sets: (byFold, { rowIds } = {}) => {
      if (byFold.length !== conformities.length)
        throw new InputError(
          `sets: needs the probabilities of one model per fold, ${conformities.length}, got ${byFold.length}`,
        );
      const { rows } = byFold[0];
      for (const probabilities of byFold) {
        checkProbabilityRows("sets", probabilities, classes.length);
        if (probabilities.rows !== rows)
          throw new InputError(
            `sets: the models of all folds must speak of the same rows, got ${rows} and ${probabilities.rows}`,
          );
      }
      const uniforms = rowUniforms("sets", rows, rowIds, { seed, stream: "apply", randomized });
      const members = crossMembers(numbers, byFold, uniforms);
      return { rows, classes, members, coverage, by: "all", thresholds: [], groupOfRow: null };
    },
  };
}

function checkNumbers({ rows, rank, coverage, conformities, ...options }: CrossConformalNumbers): void {
  const where = "crossConformalSets";
  checkConformity(where, options);
  checkCoverage(where, coverage);
  const held = conformities.reduce((sum, own) => sum + own.length, 0);
  if (held !== rows) throw new InputError(`${where}: needs one conformity per row, ${rows}, got ${held}`);
  if (rank !== conformalRank(rows, coverage) || rank > rows)
    throw new InputError(
      `${where}: rank does not belong to ${rows} rows at a coverage of ${coverage}, got ${rank}`,
    );
  if (!conformities.every((own) => own.every((value, i) => Number.isFinite(value) && !(own[i - 1] > value))))
    throw new InputError(`${where}: conformities of a fold must be finite numbers that ascend`);
}

function crossMembers(
  { conformities, classes, rows, rank, ...options }: CrossConformalNumbers,
  byFold: readonly Probabilities[],
  uniforms: Float64Array,
): Uint8Array {
  const classCount = classes.length;
  const least = rows + 1 - rank;
  const cutoff = smallestOfAll(conformities, least);
  const conformityOf = rowConformity(options, classCount);
  const ofFolds = conformities.map(() => new Float64Array(classCount));
  const members = new Uint8Array(uniforms.length * classCount);
  for (let row = 0, start = 0; row < uniforms.length; row++, start += classCount) {
    for (let fold = 0; fold < ofFolds.length; fold++)
      conformityOf(byFold[fold].values, start, uniforms[row], ofFolds[fold]);
    for (let k = 0; k < classCount; k++) {
      let reached = 0;
      for (const ofFold of ofFolds) if (ofFold[k] >= cutoff) reached++;
      // Where the folds agree about the cutoff of all rows together there is nothing to count.
      if (reached === 0) continue;
      let count = reached === ofFolds.length ? least : 0;
      for (let fold = 0; fold < ofFolds.length && count < least; fold++)
        count += countUpTo(conformities[fold], ofFolds[fold][k]);
      if (count >= least) members[start + k] = 1;
    }
  }
  return members;
}

/** The rank-th smallest of all values together. */
function smallestOfAll(values: readonly Float64Array[], rank: number): number {
  const all = new Float64Array(values.reduce((sum, own) => sum + own.length, 0));
  let start = 0;
  for (const own of values) {
    all.set(own, start);
    start += own.length;
  }
  all.sort();
  return all[rank - 1];
}

/** How many of the ascending values are at most `limit`. */
function countUpTo(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many rows each fold has. */
function foldSizes(where: string, folds: ArrayLike<number>, rows: number): number[] {
  if (folds.length !== rows)
    throw new InputError(`${where}: folds must be as many as rows, ${rows}, got ${folds.length}`);
  const sizes: number[] = [];
  for (let row = 0; row < rows; row++) {
    const fold = folds[row];
    if (!Number.isSafeInteger(fold) || fold < 0 || fold >= rows)
      throw new InputError(`${where}: folds must be numbered from 0, got ${fold} at row ${row}`);
    while (sizes.length <= fold) sizes.push(0);
    sizes[fold]++;
  }
  if (sizes.length < 2) throw new InputError(`${where}: at least two folds are needed, got one`);
  const empty = sizes.indexOf(0);
  if (empty >= 0) throw new InputError(`${where}: every fold needs rows, but fold ${empty} has none`);
  return sizes;
}
