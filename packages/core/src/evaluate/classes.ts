import { createGenerator, drawMultinomial } from "../random/index.ts";
import { sampleQuantile, wilsonInterval } from "../statistics/index.ts";
import type { ClassFigures, Interval } from "./evaluation.ts";

interface DrawOptions {
  readonly confidence: number;
  readonly seed: number;
  readonly draws: number;
}

/**
 * Precision, recall and F1 of each class, with percentile intervals over multinomial draws of the
 * confusion counts. For one class only its hits, its false alarms and its misses matter; with all
 * other rows as a fourth cell they are multinomial too, so these four are drawn: the same law, and
 * the cost of a draw grows with the classes, not with the cells.
 *
 * A class that was never wrong (or never right) gives the same figure in every draw, which says
 * nothing about the next row: there the interval is Wilson's.
 *
 * @param confusion classes × classes counts, true class down, predicted class across
 */
export function classFigures(
  confusion: Float64Array,
  classes: readonly string[],
  options: DrawOptions,
): Omit<ClassFigures, "auc" | "aucInterval" | "averagePrecision">[] {
  const count = classes.length;
  const support = new Float64Array(count);
  const predicted = new Float64Array(count);
  let rows = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const cell = confusion[i * count + j];
      support[i] += cell;
      predicted[j] += cell;
      rows += cell;
    }
  }
  return classes.map((name, k) => {
    const hits = confusion[k * count + k];
    const falseAlarms = predicted[k] - hits;
    const misses = support[k] - hits;
    return {
      class: name,
      support: support[k],
      predicted: predicted[k],
      ...countFigures(hits, falseAlarms, misses, rows, options),
    };
  });
}

/** Precision, recall and F1 of one class or label from its counts, as `classFigures` says. */
export function countFigures(
  hits: number,
  falseAlarms: number,
  misses: number,
  rows: number,
  options: DrawOptions,
): Pick<ClassFigures, "precision" | "recall" | "f1" | "intervals"> {
  const overlap = share(hits, falseAlarms + misses);
  return {
    precision: share(hits, falseAlarms),
    recall: share(hits, misses),
    f1: overlap === null ? null : f1Of(overlap),
    intervals: classIntervals(hits, falseAlarms, misses, rows, options),
  };
}

/** hits/(hits + errors), null when there are neither. */
function share(hits: number, errors: number): number | null {
  return hits + errors === 0 ? null : hits / (hits + errors);
}

/** F1 from TP/(TP + FP + FN), of which it is an increasing function: so their quantiles correspond. */
function f1Of(overlap: number): number {
  return (2 * overlap) / (1 + overlap);
}

function classIntervals(
  hits: number,
  falseAlarms: number,
  misses: number,
  rows: number,
  { confidence, seed, draws }: DrawOptions,
): ClassFigures["intervals"] {
  const cells = [hits, falseAlarms, misses, rows - hits - falseAlarms - misses];
  const drawn = new Float64Array(4);
  const precisions = new Float64Array(draws);
  const recalls = new Float64Array(draws);
  const overlaps = new Float64Array(draws);
  if (hits > 0 && falseAlarms + misses > 0) {
    // Each class draws from the start of the same stream: its interval does not depend on its place.
    const generator = createGenerator(seed);
    for (let draw = 0; draw < draws; draw++) {
      drawMultinomial(rows, cells, generator, drawn);
      precisions[draw] = drawn[0] / (drawn[0] + drawn[1]);
      recalls[draw] = drawn[0] / (drawn[0] + drawn[2]);
      overlaps[draw] = drawn[0] / (drawn[0] + drawn[1] + drawn[2]);
    }
  }
  const interval = (errors: number, shares: Float64Array): Interval | null => {
    if (hits + errors === 0) return null;
    if (hits === 0 || errors === 0) return wilsonInterval(hits, hits + errors, confidence);
    const sorted = shares.toSorted();
    // A draw in which no row counts has no share. NaN sorts last; such draws are left out.
    const defined = sorted.subarray(0, sorted.findLastIndex((value) => !Number.isNaN(value)) + 1);
    return [sampleQuantile(defined, (1 - confidence) / 2), sampleQuantile(defined, (1 + confidence) / 2)];
  };
  const overlap = interval(falseAlarms + misses, overlaps);
  return {
    precision: interval(falseAlarms, precisions),
    recall: interval(misses, recalls),
    f1: overlap && [f1Of(overlap[0]), f1Of(overlap[1])],
  };
}
