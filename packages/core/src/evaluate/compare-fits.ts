import { InputError } from "../errors/index.ts";
import type { FitOptions, TrainingData } from "../train/index.ts";
import type { Interval } from "../statistics/index.ts";
import { crossValidate, type CrossValidation } from "./cross-validate.ts";
import { overFolds, type FoldFigure } from "./fold-figure.ts";

/** One way to fit, by a name of its own. */
export interface FitChoice {
  readonly name: string;
  readonly options: FitOptions;
}

/** What fits are compared by. Accuracy: higher is better; the others: lower. */
export type FitFigure = "accuracy" | "logLoss" | "brier" | "ece";

export interface ComparedFit {
  readonly name: string;
  /** Each with its own interval, at the confidence asked for. */
  readonly figures: Readonly<Record<FitFigure, FoldFigure>>;
  /** This fit's figures less the first one's, fold by fold; null for the first. */
  readonly differences: Readonly<Record<FitFigure, FoldFigure>> | null;
  /** Every fold of every repeat, in the order that all fits share. */
  readonly byFold: CrossValidation["byFold"];
}

export interface FitComparison {
  readonly folds: number;
  readonly repeats: number;
  readonly confidence: number;
  /** Of each difference: 1 − (1 − confidence)/(fits − 1), so that those of one figure hold together (Bonferroni). */
  readonly differenceConfidence: number;
  readonly fits: readonly ComparedFit[];
}

export interface CompareFitsOptions {
  /** Default 10. */
  readonly folds?: number;
  /** How often the rows are divided anew, each time with another seed for the fits. Default 1. */
  readonly repeats?: number;
  readonly confidence?: number;
  /** Repeat r divides the rows and fits with seed + r. Default 0. */
  readonly seed?: number;
  /** Called after each fit. */
  readonly onFit?: ((done: number, all: number) => void) | undefined;
}

const ranges: Readonly<Record<FitFigure, Interval>> = {
  accuracy: [0, 1],
  logLoss: [0, Infinity],
  brier: [0, 2],
  ece: [0, 1],
};

/**
 * Compares ways to fit by cross-validation: all see the same folds and, in a repeat, the same seed, so that what makes a
 * fold hard for all of them cancels. Intervals allow for folds that share training rows (the corrected resampled
 * t of Nadeau & Bengio), of the differences as well.
 *
 * @throws InputError unless there are two choices or more with different names, and whenever `crossValidate` refuses one
 * @see Nadeau & Bengio, Machine Learning 52 (2003); Bouckaert & Frank, PAKDD 2004, for repeated folds
 */
export async function compareFits(
  data: TrainingData,
  choices: readonly FitChoice[],
  { folds = 10, repeats = 1, confidence = 0.95, seed = 0, onFit }: CompareFitsOptions = {},
): Promise<FitComparison> {
  if (new Set(choices.map(({ name }) => name)).size < Math.max(2, choices.length))
    throw new InputError(
      `compareFits: needs two choices or more with different names, got ${choices.map(({ name }) => `"${name}"`).join(", ") || "none"}`,
    );
  if (!Number.isInteger(repeats) || repeats < 1)
    throw new InputError(`compareFits: repeats must be a whole number, 1 or more, got ${repeats}`);
  const all = choices.length * folds * repeats;
  const found: CrossValidation["byFold"][number][][] = choices.map(() => []);
  const foldsOfChoice = async (
    { name, options }: FitChoice,
    before: number,
    repeat: number,
  ): Promise<CrossValidation["byFold"]> => {
    const own = { folds, seed: seed + repeat, confidence };
    const onFold = (done: number): void => onFit?.(before + done, all);
    try {
      const fit = { ...options, seed: own.seed };
      return (await crossValidate(data, fit, { ...own, onFold })).byFold;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(`compareFits: with ${name}, ${error.message.replace(/^\w+: /, "")}`);
    }
  };
  for (let repeat = 0; repeat < repeats; repeat++)
    for (const [i, choice] of choices.entries()) {
      const before = (repeat * choices.length + i) * folds;
      const byFold = await foldsOfChoice(choice, before, repeat);
      found[i].push(...byFold.map((fold) => ({ ...fold, repeat })));
    }
  const differenceConfidence = 1 - (1 - confidence) / (choices.length - 1);
  return {
    folds,
    repeats,
    confidence,
    differenceConfidence,
    fits: choices.map(({ name }, i) => ({
      name,
      figures: each((figure) =>
        overFolds(
          found[i].map((fold) => fold[figure]),
          folds,
          confidence,
          ranges[figure],
        ),
      ),
      differences:
        i === 0
          ? null
          : each((figure) =>
              overFolds(
                found[i].map((fold, at) => fold[figure] - found[0][at][figure]),
                folds,
                differenceConfidence,
                [-Infinity, Infinity],
              ),
            ),
      byFold: found[i],
    })),
  };
}

function each(figureOf: (figure: FitFigure) => FoldFigure): Record<FitFigure, FoldFigure> {
  return {
    accuracy: figureOf("accuracy"),
    logLoss: figureOf("logLoss"),
    brier: figureOf("brier"),
    ece: figureOf("ece"),
  };
}
