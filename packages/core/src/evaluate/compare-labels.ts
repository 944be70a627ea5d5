import type { LabelSets, Logits } from "../data/index.ts";
import { createGenerator } from "../random/index.ts";
import { averagesOf, cellsOfRows, countDrawn, countLabels } from "./label-averages.ts";
import { checkThresholds, giveLabels, measureLabels, wrongShares } from "./label-rows.ts";
import { checkLabelScores } from "./label-scores.ts";
import {
  discordantRows,
  drawingOf,
  drawTimes,
  meanDifference,
  percentilesOf,
  signTest,
  type CompareOptions,
  type Difference,
  type Drawing,
} from "./paired.ts";

export interface LabelModelComparison {
  readonly rows: number;
  readonly confidence: number;
  /** Exact set. Interval by the paired bootstrap; p by McNemar's exact test, null with groups. Higher is better. */
  readonly accuracy: Difference;
  /** By the paired bootstrap, as `LabelEvaluation` has them. Lower is better. */
  readonly hammingLoss: Difference;
  readonly logLoss: Difference;
  readonly brier: Difference;
  /** By the paired bootstrap; null where a model has no such figure. Higher is better. */
  readonly microF1: Difference | null;
  readonly macroF1: Difference | null;
  /** Rows of which only the first model has the whole set right, and only the second. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
}

export interface CompareLabelsOptions extends CompareOptions {
  /** Of each model, per label the probability from which on it is given. Default ½ each. */
  readonly thresholds?: readonly [first: ArrayLike<number>, second: ArrayLike<number>] | undefined;
}

/**
 * Compares two models of several labels on the same rows: whole rows are drawn, the same for both, so that what makes a row
 * hard for both cancels. Macro F1 of a draw is over the labels that have it there, of each model by itself.
 *
 * @throws InputError when logits and label sets do not fit together, or an option is outside its range
 * @see McNemar, Psychometrika 12 (1947)
 */
export function compareLabelModels(
  first: Logits,
  second: Logits,
  labelSets: LabelSets,
  { thresholds, ...options }: CompareLabelsOptions = {},
): LabelModelComparison {
  const where = "compareLabelModels";
  const { names } = labelSets;
  const [a, b] = [first, second].map((logits, model) => {
    checkLabelScores(where, logits, labelSets);
    const cutoffs = thresholds?.[model] ?? new Float64Array(names.length).fill(0.5);
    checkThresholds(where, cutoffs, names);
    const given = giveLabels(logits, cutoffs);
    const wrong = wrongShares(given, labelSets);
    const right = wrong.map((share) => (share === 0 ? 1 : 0));
    return { given, wrong, right, ...measureLabels(logits, labelSets) };
  });
  const { rows } = first;
  const drawing = drawingOf(where, rows, options);
  const discordant = discordantRows([a.right, b.right]);
  const [microF1, macroF1] = f1Differences(labelSets, [a.given, b.given], drawing);
  return {
    rows,
    confidence: drawing.confidence,
    accuracy: {
      ...meanDifference(a.right, b.right, drawing, 1),
      p: drawing.units ? null : signTest(discordant),
    },
    hammingLoss: meanDifference(a.wrong, b.wrong, drawing, 2),
    logLoss: meanDifference(a.loss, b.loss, drawing, 3),
    brier: meanDifference(a.distance, b.distance, drawing, 4),
    microF1,
    macroF1,
    ...discordant,
  };
}

/** Where `averagesOf` has the F1 of all marks, and its mean over labels. */
const [micro, macro] = [2, 5];

/** @param given what each of two models gives */
function f1Differences(
  labelSets: LabelSets,
  given: readonly Uint8Array[],
  { confidence, seed, draws, units }: Drawing,
): (Difference | null)[] {
  const { rows, names } = labelSets;
  const cells = given.map((marks) => cellsOfRows(labelSets, marks));
  const [first, second] = given.map((marks) => averagesOf(countLabels(labelSets, marks)));
  const generator = createGenerator(seed, 5);
  const times = new Uint32Array(rows);
  const counts = new Float64Array(3 * names.length);
  const samples = [micro, macro].map(() => new Float64Array(draws));
  for (let draw = 0; draw < draws; draw++) {
    drawTimes(generator, units, times);
    const [a, b] = cells.map((own) => {
      countDrawn(own, times, counts);
      return averagesOf(counts);
    });
    [micro, macro].forEach((figure, i) => (samples[i][draw] = b[figure] - a[figure]));
  }
  return [micro, macro].map((figure, i) => {
    const difference = second[figure] - first[figure];
    if (Number.isNaN(difference)) return null;
    const interval = percentilesOf(samples[i], confidence);
    return { first: first[figure], second: second[figure], difference, interval, p: null };
  });
}
