import { expect, test } from "vitest";
import { drawLabels, labelLogits, labelProbabilities, labelSetsOf } from "../../test/label-samples.ts";
import { InputError } from "../errors/index.ts";
import { matrix, type LabelSets, type Probabilities } from "../data/index.ts";
import { createGenerator, shuffle } from "../random/index.ts";
import { controlMissedLabels } from "./missed-labels.ts";
import { controlRisk } from "./risk.ts";

const slow = Boolean(process.env["SIGMAX_SLOW"]);

function probabilitiesOf(columns: number, values: readonly number[]): Probabilities {
  return { rows: values.length / columns, columns, values: Float64Array.from(values), unit: "probabilities" };
}

/** Mean share of missed labels over rows that carry one. */
function missedShare(
  { values, columns }: Probabilities,
  { values: marks, rows }: LabelSets,
  threshold: number,
): number {
  let sum = 0;
  let labeled = 0;
  for (let row = 0; row < rows; row++) {
    let carried = 0;
    let missed = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) {
      carried += marks[i];
      if (marks[i] === 1 && values[i] < threshold) missed++;
    }
    if (carried === 0) continue;
    labeled++;
    sum += missed / carried;
  }
  return sum / labeled;
}

test("four rows by hand: of five that an alpha of ½ allows 1½ to miss, the two halves and not the next", () => {
  const probabilities = probabilitiesOf(2, [0.9, 0.2, 0.3, 0.8, 0.4, 0.1, 0.7, 0.6, 0.5, 0.5]);
  const sets = labelSetsOf(2, [1, 1, 0, 1, 1, 0, 1, 1, 0, 0]);
  // Carried, ascending: .2 (½), .4 (1), .6 (½), .7 (½), .8 (1), .9 (½); allowed: ½ · 5 − 1 = 1½.
  const found = controlMissedLabels(probabilities, sets, { alpha: 0.5 });
  expect(found).toMatchObject({ feasible: true, threshold: 0.6, rows: 4, observed: 1.5 / 4, adjusted: 0.5 });
  expect(found.meanSize).toBe(4 / 5);
  expect(found.sentence).toBe(
    "Of the labels that a row carries, the set of all labels with a probability of at least 0.6 misses at most 50 % on average, over rows like these that carry a label and over the draw of the 4 rows kept for this.",
  );
});

test("it is controlRisk with every probability as a threshold", () => {
  const [logits, sets] = drawLabels(150, [0, -1, -2], 1);
  const probabilities = labelProbabilities(logits);
  const labeled = Array.from({ length: 150 }, (_, row) => row).filter((row) =>
    sets.values.subarray(3 * row, 3 * row + 3).includes(1),
  );
  const levels = probabilities.values.toSorted().toReversed();
  const losses = labeled.flatMap((row) =>
    Array.from(levels, (level) => {
      const own = [0, 1, 2].filter((k) => sets.values[3 * row + k] === 1);
      return own.filter((k) => probabilities.values[3 * row + k] < level).length / own.length;
    }),
  );
  const { threshold } = controlRisk(matrix(Float64Array.from(losses), labeled.length, levels.length), {
    alpha: 0.2,
  });
  expect(controlMissedLabels(probabilities, sets, { alpha: 0.2 }).threshold).toBe(levels[threshold]);
});

test("too few rows can promise nothing: every label is in the set, and the sentence says how many it takes", () => {
  const found = controlMissedLabels(probabilitiesOf(1, [0.4, 0.6]), labelSetsOf(1, [1, 1]), { alpha: 0.1 });
  expect(found).toMatchObject({ feasible: false, threshold: 0, observed: 0, meanSize: 1 });
  expect(found.sentence).toBe(
    "A share of at most 10 % missed labels cannot be promised: that needs at least 9 rows that carry a label, kept for this, and there are 2.",
  );
  const nine = controlMissedLabels(
    probabilitiesOf(
      1,
      Array.from({ length: 9 }, (_, i) => 0.1 + i / 10),
    ),
    labelSetsOf(
      1,
      Array.from({ length: 9 }, () => 1),
    ),
  );
  expect(nine).toMatchObject({ feasible: true, threshold: 0.1 });
});

test("rows without labels change nothing but the mean size, and equal probabilities go together", () => {
  const ties = probabilitiesOf(1, [0.2, 0.2, 0.2, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9]);
  const all = labelSetsOf(1, [1, 1, 1, 1, 1, 1, 1, 1, 1]);
  expect(controlMissedLabels(ties, all, { alpha: 0.3 }).threshold).toBe(0.2); // two might be missed, three are equal
  expect(controlMissedLabels(ties, all, { alpha: 0.4 }).threshold).toBe(0.9);
  const more = probabilitiesOf(1, [...ties.values, 0.1, 0.1]);
  const marks = labelSetsOf(1, [...all.values, 0, 0]);
  expect(controlMissedLabels(more, marks, { alpha: 0.4 })).toMatchObject({ rows: 9, threshold: 0.9 });
});

test("bad input is refused in one sentence", () => {
  const probabilities = labelProbabilities(labelLogits(1, [0, 1]));
  expect(() => controlMissedLabels(probabilities, labelSetsOf(1, [0, 0]))).toThrow(
    new InputError("controlMissedLabels: at least one row must carry a label, got none"),
  );
  expect(() => controlMissedLabels(probabilities, labelSetsOf(1, [0, 1]), { alpha: 1 })).toThrow(
    "controlMissedLabels: alpha must be in (0, 1), got 1",
  );
  expect(() => controlMissedLabels(probabilitiesOf(1, [0.5, 1.5]), labelSetsOf(1, [0, 1]))).toThrow(
    'controlMissedLabels: probabilities must be in [0, 1], got 1.5 at row 1, label "l0"',
  );
});

test.runIf(slow).each([0.05, 0.1, 0.3])(
  "over 500 splits of one population a promise of %d holds, and is not below it by more than 2/(n + 1)",
  (alpha) => {
    const count = 4000;
    const kept = 120;
    const columns = 4;
    // Neither calibrated nor independent of anything: the promise needs neither.
    const [logits, sets] = drawLabels(count, [0.5, -0.5, -1, -3], 2, (z, k) => 0.5 * z + k / 3);
    const probabilities = labelProbabilities(logits);
    const labeled = Array.from({ length: count }, (_, row) => row).filter((row) =>
      sets.values.subarray(columns * row, columns * (row + 1)).includes(1),
    );
    const at = (values: Float64Array | Uint8Array, rows: readonly number[]): number[] =>
      rows.flatMap((row) => [...values.subarray(columns * row, columns * (row + 1))]);
    const generator = createGenerator(7);
    const misses: number[] = [];
    for (let split = 0; split < 500; split++) {
      const order = Uint32Array.from(labeled);
      shuffle(order, generator);
      const [own, others] = [[...order.subarray(0, kept)], [...order.subarray(kept)]];
      const { threshold } = controlMissedLabels(
        probabilitiesOf(columns, at(probabilities.values, own)),
        labelSetsOf(columns, at(sets.values, own)),
        { alpha },
      );
      misses.push(
        missedShare(
          probabilitiesOf(columns, at(probabilities.values, others)),
          labelSetsOf(columns, at(sets.values, others)),
          threshold,
        ),
      );
    }
    const mean = misses.reduce((sum, miss) => sum + miss, 0) / 500;
    const error = Math.sqrt(misses.reduce((sum, miss) => sum + (miss - mean) ** 2, 0)) / 500;
    expect(mean).toBeLessThanOrEqual(alpha + 3 * error);
    expect(mean).toBeGreaterThanOrEqual(alpha - 2 / (kept + 1) - 3 * error);
  },
);
