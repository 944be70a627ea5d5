import type { Labels, Logits } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { createGenerator } from "../random/index.ts";
import {
  betaDistribution,
  normalDistribution,
  normalQuantile,
  sampleQuantile,
  type Interval,
} from "../statistics/index.ts";
import { measureRows } from "./evaluate.ts";
import { placements, spread, type Placements } from "./roc.ts";
import { checkScores, classScores, topClasses } from "./scores.ts";

/** A figure of two models on the same rows. */
export interface Difference {
  readonly first: number;
  readonly second: number;
  /** second − first */
  readonly difference: number;
  readonly interval: Interval;
  /** Two-sided, against no difference; null where the figure has only an interval. */
  readonly p: number | null;
}

export interface ModelComparison {
  readonly rows: number;
  readonly confidence: number;
  /** Interval by the paired bootstrap; p by McNemar's exact test, null with groups. Higher is better. */
  readonly accuracy: Difference;
  /** By the paired bootstrap. Lower is better. */
  readonly logLoss: Difference;
  readonly brier: Difference;
  /** Rows that only the first model has right, and only the second. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Area under the ROC curve of the last class (two classes), or of each class against the rest; paired DeLong. */
  readonly auc: readonly (Difference & { readonly class: string })[];
}

export interface CompareOptions {
  readonly confidence?: number;
  readonly seed?: number;
  /** Of the bootstrap. Default 2,000. */
  readonly draws?: number;
  /** The group of each row, whose rows may be alike: whole groups are drawn, and whole groups vary in DeLong's sums. */
  readonly groups?: ArrayLike<number> | undefined;
}

/**
 * Compares two models on the same rows, row by row, so that what makes a row hard for both cancels.
 *
 * @throws InputError when logits and labels do not fit together, or an option is outside its range
 * @see McNemar, Psychometrika 12 (1947); DeLong, DeLong & Clarke-Pearson, Biometrics 44 (1988); with groups Obuchowski,
 *   Biometrics 53 (1997)
 */
export function compareModels(
  first: Logits,
  second: Logits,
  labels: Labels,
  { confidence = 0.95, seed = 0, draws = 2000, groups }: CompareOptions = {},
): ModelComparison {
  checkScores("compareModels", first, labels);
  checkScores("compareModels", second, labels);
  if (!(confidence > 0 && confidence < 1))
    throw new InputError(`compareModels: confidence must be in (0, 1), got ${confidence}`);
  if (!Number.isSafeInteger(draws) || draws < 100)
    throw new InputError(`compareModels: draws must be a whole number ≥ 100, got ${draws}`);
  const { rows } = first;
  const units = unitsOf(rows, groups);
  const measures = [first, second].map((logits) => {
    const predicted = topClasses(logits);
    const { loss, distance } = measureRows(logits, labels, predicted);
    const right = Float64Array.from(predicted, (k, row) => (k === labels.indices[row] ? 1 : 0));
    return { right, loss, distance };
  });
  const bootstrap = (which: "right" | "loss" | "distance", stream: number): Difference => {
    const [a, b] = measures.map((measure) => measure[which]);
    const differences = b.map((value, row) => value - a[row]);
    return {
      first: mean(a),
      second: mean(b),
      difference: mean(differences),
      interval: pairedInterval(differences, units, { confidence, seed, draws, stream }),
      p: null,
    };
  };
  let onlyFirst = 0;
  let onlySecond = 0;
  for (let row = 0; row < rows; row++) {
    const gain = measures[1].right[row] - measures[0].right[row];
    if (gain < 0) onlyFirst++;
    if (gain > 0) onlySecond++;
  }
  const scores = [classScores(first), classScores(second)];
  const events = labels.classes.length === 2 ? [1] : labels.classes.map((_, k) => k);
  return {
    rows,
    confidence,
    accuracy: { ...bootstrap("right", 1), p: units ? null : signTest(onlyFirst, onlySecond) },
    logLoss: bootstrap("loss", 2),
    brier: bootstrap("distance", 3),
    onlyFirst,
    onlySecond,
    auc: events.flatMap((k) => {
      const found = areaDifference(scores, labels, k, units, confidence);
      return found ? [{ class: labels.classes[k], ...found }] : [];
    }),
  };
}

/** Paired DeLong for one class against the rest; scores are log-odds of the class. Null without events or others. */
function areaDifference(
  scores: readonly ((k: number) => Float64Array)[],
  { indices }: Labels,
  k: number,
  units: readonly Uint32Array[] | null,
  confidence: number,
): Difference | null {
  const isEvent = Uint8Array.from(indices, (label) => (label === k ? 1 : 0));
  const [a, b] = scores.map((scoresOf) => placements(scoresOf(k), isEvent));
  if (a === null || b === null) return null;
  const difference = b.area - a.area;
  const error = Math.sqrt(units ? groupedVariance(a, b, isEvent, units) : pairedVariance(a, b));
  const half = normalQuantile((1 + confidence) / 2) * error;
  return {
    first: a.area,
    second: b.area,
    difference,
    interval: [difference - half, difference + half],
    p: error > 0 ? 2 * normalDistribution(-Math.abs(difference) / error) : difference === 0 ? 1 : null,
  };
}

/** DeLong's variance of the difference of two areas: that of the differences of placements. */
function pairedVariance(a: Placements, b: Placements): number {
  const ofEvents = b.ofEvents.map((value, i) => value - a.ofEvents[i]);
  const ofOthers = b.ofOthers.map((value, i) => value - a.ofOthers[i]);
  return spread(ofEvents) / ofEvents.length + spread(ofOthers) / ofOthers.length;
}

/** The same where rows come in groups: G / (G − 1) Σ over groups of the square of what their rows bring to it. */
function groupedVariance(
  a: Placements,
  b: Placements,
  isEvent: Uint8Array,
  units: readonly Uint32Array[],
): number {
  const difference = b.area - a.area;
  const influence = new Float64Array(isEvent.length);
  let i = 0;
  let j = 0;
  isEvent.forEach((event, row) => {
    influence[row] =
      event === 1
        ? (b.ofEvents[i] - a.ofEvents[i++] - difference) / a.ofEvents.length
        : (b.ofOthers[j] - a.ofOthers[j++] - difference) / a.ofOthers.length;
  });
  const sums = units.map((rows) => rows.reduce((sum, row) => sum + influence[row], 0));
  return (sums.length / (sums.length - 1)) * sums.reduce((total, sum) => total + sum * sum, 0);
}

/** McNemar's exact test: each discordant row is right for either model with chance ½. */
function signTest(onlyFirst: number, onlySecond: number): number {
  const n = onlyFirst + onlySecond;
  if (n === 0) return 1;
  const less = Math.min(onlyFirst, onlySecond);
  // P(X ≤ less) of the binomial with ½, which is that of the beta distribution above ½.
  return Math.min(1, 2 * betaDistribution(0.5, n - less, less + 1));
}

/** Which rows are drawn together. */
function unitsOf(rows: number, groups: ArrayLike<number> | undefined): Uint32Array[] | null {
  if (groups === undefined) return null;
  if (groups.length !== rows)
    throw new InputError(`compareModels: needs one group per row, got ${groups.length} for ${rows} rows`);
  const byGroup = new Map<number, number[]>();
  for (let row = 0; row < rows; row++) {
    const own = byGroup.get(groups[row]);
    if (own) own.push(row);
    else byGroup.set(groups[row], [row]);
  }
  if (byGroup.size < 2) throw new InputError(`compareModels: needs two groups or more, got ${byGroup.size}`);
  return [...byGroup.values()].map((own) => Uint32Array.from(own));
}

/** Percentiles of the mean difference over rows, or whole groups, drawn with replacement. */
function pairedInterval(
  differences: Float64Array,
  units: readonly Uint32Array[] | null,
  { confidence, seed, draws, stream }: { confidence: number; seed: number; draws: number; stream: number },
): Interval {
  const generator = createGenerator(seed, stream);
  const sums = units?.map((rows) => rows.reduce((sum, row) => sum + differences[row], 0));
  const count = units?.length ?? differences.length;
  const means = Float64Array.from({ length: draws }, () => {
    let sum = 0;
    let drawn = 0;
    for (let i = 0; i < count; i++) {
      const unit = generator.below(count);
      sum += sums ? sums[unit] : differences[unit];
      drawn += units ? units[unit].length : 1;
    }
    return sum / drawn;
  }).toSorted();
  const tail = (1 - confidence) / 2;
  return [sampleQuantile(means, tail), sampleQuantile(means, 1 - tail)];
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
