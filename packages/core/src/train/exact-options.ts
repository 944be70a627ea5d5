import { InputError } from "../errors/index.ts";
import type { CovarianceKind } from "../model/index.ts";
import type { OptimizeProgress } from "../optimize/index.ts";
import type { ClassWeightOptions } from "./class-weights.ts";
import { demand } from "./demand.ts";

/** What the optimum is of, and how near it is to be. */
export interface ExactOptions extends ClassWeightOptions {
  /** λ of the penalty λ Σ (α|w| + ½(1 − α) w²) beside the sum of losses; the intercepts are free. Default 1. */
  readonly l2?: number;
  /**
   * Chooses λ by cross-validation instead: "minimum", the lowest log-loss on held-out rows, or "one-standard-error", the
   * strongest penalty whose log-loss is within one standard error of that.
   */
  readonly chooseL2?: "minimum" | "one-standard-error" | undefined;
  /** Folds of that cross-validation. Default 10. */
  readonly chooseFolds?: number | undefined;
  /** α: 0 (default) is ridge, 1 the lasso, between them the elastic net. */
  readonly l1Ratio?: number;
  /**
   * What w is in the penalty: the weight of a column in units of its standard deviation over the training rows, or in
   * the column's own units. Default: "standardized" where columns are standardized; "original" where one scale
   * holds for all, as for pixels, w then being in units of that scale.
   */
  readonly penaltyUnits?: "standardized" | "original";
  /** What the proven bound on f − f*, relative to f, is to reach. Default 1e-8; 1e-6 for bytes and float32, 1e-13 for texts. */
  readonly tolerance?: number;
  /**
   * The covariance of the coefficients to keep in the model, for intervals. Default "auto": robust with class weights,
   * else wald where λ is 0 and laplace where it is not; none above 1,000 coefficients, or where it cannot be had.
   * A run that the signal stopped has none.
   */
  readonly covariance?: "auto" | CovarianceKind | "none";
  /** Called after every iteration. */
  readonly onIteration?: ((at: OptimizeProgress) => void) | undefined;
  readonly seed?: number;
  /** Stops before the next pass when `aborted`; the status is then "budget". */
  readonly signal?: { readonly aborted: boolean };
}

/** @throws InputError when an option is out of range */
export function checkExactOptions(options: ExactOptions): void {
  const { l2 = 1, l1Ratio = 0, penaltyUnits, tolerance = 1e-8, seed = 0 } = options;
  demand("l2", l2, l2 >= 0 && Number.isFinite(l2), "0 or a positive number");
  const { chooseL2 } = options;
  if (chooseL2 !== undefined)
    demand(
      "chooseL2",
      chooseL2,
      ["minimum", "one-standard-error"].includes(chooseL2),
      "minimum or one-standard-error",
    );
  if (chooseL2 !== undefined && options.l2 !== undefined)
    throw new InputError(
      `fitClassifier: l2 is given as ${l2} and to be chosen as well; give one or the other`,
    );
  demand("l1Ratio", l1Ratio, l1Ratio >= 0 && l1Ratio <= 1, "a number from 0 to 1");
  demand("tolerance", tolerance, tolerance > 0 && tolerance < 1, "a number above 0 and below 1");
  const { chooseFolds = 10 } = options;
  demand(
    "chooseFolds",
    chooseFolds,
    Number.isInteger(chooseFolds) && chooseFolds >= 2 && chooseFolds <= 255,
    "a whole number from 2 to 255",
  );
  demand("seed", seed, Number.isSafeInteger(seed) && seed >= 0, "a whole number in [0, 2^53)");
  if (penaltyUnits !== undefined)
    demand(
      "penaltyUnits",
      penaltyUnits,
      ["standardized", "original"].includes(penaltyUnits),
      "standardized or original",
    );
}
