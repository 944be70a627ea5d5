import type { LabelSets } from "../data/index.ts";
import { createGenerator } from "../random/index.ts";
import type { AverageFigures } from "./label-evaluation.ts";
import { drawTimes, percentilesOf } from "./paired.ts";

/** Right, false and missed marks of each label: labels × 3. */
export type LabelCounts = Float64Array;

interface Averages {
  readonly micro: AverageFigures;
  readonly macro: AverageFigures;
  readonly weighted: AverageFigures;
}

const kinds = ["micro", "macro", "weighted"] as const;
const figures = ["precision", "recall", "f1"] as const;

/** Counts over all rows. */
export function countLabels({ names, rows, values }: LabelSets, given: Uint8Array): LabelCounts {
  const counts = new Float64Array(3 * names.length);
  for (let row = 0, i = 0; row < rows; row++)
    for (let k = 0; k < names.length; k++, i++) {
      if ((values[i] | given[i]) === 0) continue;
      counts[3 * k + cellOf(values[i], given[i])]++;
    }
  return counts;
}

/** Where a mark counts: hit, false alarm or miss. */
function cellOf(carried: number, given: number): number {
  return carried === given ? 0 : given === 1 ? 1 : 2;
}

/**
 * Micro, macro and weighted figures, each with the percentile interval over draws of whole rows with replacement: labels of
 * a row go together. A draw in which a label has no such figure averages over the others; one without any is left out.
 */
export function averageFigures(
  labelSets: LabelSets,
  given: Uint8Array,
  { confidence, seed, draws }: { confidence: number; seed: number; draws: number },
): Averages {
  const { names, rows } = labelSets;
  const cells = cellsOfRows(labelSets, given);
  const estimate = averagesOf(countLabels(labelSets, given));
  const samples = estimate.map(() => new Float64Array(draws));
  const generator = createGenerator(seed);
  const counts = new Float64Array(3 * names.length);
  const times = new Uint32Array(rows);
  for (let draw = 0; draw < draws; draw++) {
    drawTimes(generator, null, times);
    countDrawn(cells, times, counts);
    for (const [i, figure] of averagesOf(counts).entries()) samples[i][draw] = figure;
  }
  const intervals = samples.map((sample, i) =>
    Number.isNaN(estimate[i]) ? null : percentilesOf(sample, confidence),
  );
  const [micro, macro, weighted] = kinds.map((_, kind): AverageFigures => {
    const [precision, recall, f1] = figures.map((__, j) => known(estimate[3 * kind + j]));
    const [ofPrecision, ofRecall, ofF1] = figures.map((__, j) => intervals[3 * kind + j]);
    return { precision, recall, f1, intervals: { precision: ofPrecision, recall: ofRecall, f1: ofF1 } };
  });
  return { micro, macro, weighted };
}

function known(figure: number): number | null {
  return Number.isNaN(figure) ? null : figure;
}

/** For each row the places in the counts that it adds to: most marks are rightly absent, and add to none. */
interface Cells {
  readonly starts: Uint32Array;
  readonly cells: Uint32Array;
}

export function cellsOfRows({ names, rows, values }: LabelSets, given: Uint8Array): Cells {
  const starts = new Uint32Array(rows + 1);
  const cells: number[] = [];
  for (let row = 0, i = 0; row < rows; row++) {
    for (let k = 0; k < names.length; k++, i++)
      if ((values[i] | given[i]) === 1) cells.push(3 * k + cellOf(values[i], given[i]));
    starts[row + 1] = cells.length;
  }
  return { starts, cells: Uint32Array.from(cells) };
}

/** Counts over the rows of a draw. @param times how often each row was drawn */
export function countDrawn({ starts, cells }: Cells, times: Uint32Array, output: LabelCounts): void {
  output.fill(0);
  for (let row = 0; row < times.length; row++) {
    if (times[row] === 0) continue;
    for (let i = starts[row]; i < starts[row + 1]; i++) output[cells[i]] += times[row];
  }
}

/** Micro, macro and weighted precision, recall and F1; NaN where there is none. */
export function averagesOf(counts: LabelCounts): number[] {
  const labels = counts.length / 3;
  const total = [0, 0, 0];
  const sums = new Float64Array(3);
  const defined = new Float64Array(3);
  const weightedSums = new Float64Array(3);
  const weights = new Float64Array(3);
  for (let k = 0; k < labels; k++) {
    const own = [counts[3 * k], counts[3 * k + 1], counts[3 * k + 2]] as const;
    own.forEach((count, cell) => (total[cell] += count));
    const support = own[0] + own[2];
    shares(own).forEach((share, j) => {
      if (Number.isNaN(share)) return;
      sums[j] += share;
      defined[j]++;
      weightedSums[j] += support * share;
      weights[j] += support;
    });
  }
  return [
    ...shares([total[0], total[1], total[2]]),
    ...sums.map((sum, j) => sum / defined[j]),
    ...weightedSums.map((sum, j) => sum / weights[j]),
  ];
}

/** Precision, recall, F1. */
function shares([hits, falseAlarms, misses]: readonly [number, number, number]): number[] {
  return [
    hits / (hits + falseAlarms),
    hits / (hits + misses),
    (2 * hits) / (2 * hits + falseAlarms + misses),
  ];
}
