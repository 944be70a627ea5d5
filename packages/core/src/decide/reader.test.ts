import { expect, test } from "vitest";
import type { Labels, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { softmax } from "../functions/index.ts";
import { createGenerator, type Generator } from "../random/index.ts";
import { compareReader } from "./compare-reader.ts";
import { combine, fitReader, type Answers } from "./reader.ts";

const classes = ["a", "b", "c"];
const log: Answers = ["a", "a", "b", null, "c"];
const truth: Labels = { classes, indices: Int32Array.of(0, 0, 0, 1, 2) };

function probabilitiesOf(columns: number, ...values: number[]): Probabilities {
  return { rows: values.length / columns, columns, values: Float64Array.from(values), unit: "probabilities" };
}

test("each row of the confusion matrix is counts and prior, divided by their sum; rows without an answer do not count", () => {
  const reader = fitReader(log, truth, { prior: 1 });
  expect([...reader.counts]).toEqual([2, 1, 0, 0, 0, 0, 0, 0, 1]);
  expect([...reader.confusion].map((p) => Number(p.toFixed(12)))).toEqual(
    [3 / 6, 2 / 6, 1 / 6, 1 / 3, 1 / 3, 1 / 3, 1 / 4, 1 / 4, 2 / 4].map((p) => Number(p.toFixed(12))),
  );
  expect(reader.rows).toBe(4);
});

test("a prior may be given for each class and answer, and answers may be others than the classes", () => {
  const reader = fitReader(
    ["yes", "unsure", "yes"],
    { classes: ["ill", "well"], indices: Int32Array.of(0, 1, 0) },
    {
      answers: ["yes", "no", "unsure"],
      prior: [8, 1, 1, 1, 8, 1],
    },
  );
  expect(reader.confusion[0]).toBeCloseTo(10 / 12, 15);
  expect(reader.confusion[5]).toBeCloseTo(2 / 11, 15);
});

test("an answer multiplies the model's probabilities by P(answer | class): by hand", () => {
  const reader = fitReader(log, truth, { prior: 1 });
  const model = probabilitiesOf(3, 0.2, 0.3, 0.5, 0.2, 0.3, 0.5);
  const { values } = combine(model, reader, ["a", null]);
  const products = [0.2 * (3 / 6), 0.3 / 3, 0.5 / 4];
  const sum = products[0] + products[1] + products[2];
  for (const [k, product] of products.entries()) expect(values[k]).toBeCloseTo(product / sum, 15);
  expect([...values.subarray(3)]).toEqual([0.2, 0.3, 0.5]);
});

test("two readers may be combined in either order", () => {
  const one = fitReader(log, truth);
  const other = fitReader(["a", "c", "a", "b", "c"], truth);
  const model = probabilitiesOf(3, 0.2, 0.3, 0.5);
  const first = combine(combine(model, one, ["b"]), other, ["c"]).values;
  const second = combine(combine(model, other, ["c"]), one, ["b"]).values;
  for (const [k, p] of first.entries()) expect(second[k]).toBeCloseTo(p, 15);
});

test("bad input is refused in one sentence", () => {
  const reader = fitReader(log, truth);
  const model = probabilitiesOf(3, 0.2, 0.3, 0.5);
  expect(() => fitReader(["a", "B", "b", null, "e"], truth)).toThrow(
    new InputError('fitReader: an answer must be one of a, b, c, got "B" at row 1; did you mean "b"?'),
  );
  expect(() => combine(model, reader, ["d"])).toThrow(
    new InputError('combine: an answer must be one of a, b, c, got "d" at row 0'),
  );
  expect(() => fitReader([null, null, null, null, null], truth)).toThrow(
    new InputError("fitReader: at least one reading is needed, got none"),
  );
  expect(() => fitReader(["a"], truth)).toThrow(
    new InputError("fitReader: readings must be 5 in number, got 1"),
  );
  expect(() => fitReader(log, truth, { prior: 0 })).toThrow(
    new InputError("fitReader: prior must be finite and > 0, got 0"),
  );
  expect(() => fitReader(log, truth, { prior: [1, 1] })).toThrow(
    new InputError("fitReader: prior counts must be 9 in number, got 2"),
  );
  expect(() => combine(model, reader, [])).toThrow(
    new InputError("combine: answers must be 1 in number, got 0"),
  );
  expect(() => combine(probabilitiesOf(2, 0.5, 0.5), reader, ["a"])).toThrow(
    /one column per class, 3, got 2/,
  );
});

const K = 3;
const truthOf = (own: number): number[] =>
  Array.from({ length: K * K }, (_, i) => (i % K === Math.floor(i / K) ? own : (1 - own) / (K - 1)));

function drawFrom(weights: ArrayLike<number>, start: number, generator: Generator): number {
  let rest = generator.uniform();
  for (let k = 0; k < K - 1; k++) if ((rest -= weights[start + k]) < 0) return k;
  return K - 1;
}

/** A calibrated model of a given sharpness, and readers that err independently of it given the class. */
function simulate(
  rows: number,
  sharpness: number,
  confusion: number[],
  seed: number,
): {
  model: Probabilities;
  labels: Labels;
  answers: string[];
} {
  const generator = createGenerator(seed);
  const values = softmax(
    Float64Array.from({ length: K * rows }, () => sharpness * generator.normal()),
    K,
  );
  const indices = Int32Array.from({ length: rows }, (_, row) => drawFrom(values, K * row, generator));
  const answers = Array.from(indices, (label) => classes[drawFrom(confusion, K * label, generator)]);
  return {
    model: { rows, columns: K, values, unit: "probabilities" },
    labels: { classes, indices },
    answers,
  };
}

test.each([
  ["a good reader beside a weak model", 0.85, 1],
  ["a weak reader beside a good model", 0.6, 3],
  ["equals", 0.75, 2],
  ["a reader who guesses", 1 / 3, 2],
])("%s: the pair errs no more than either, and within 1 %% of the Bayes value", (_, own, sharpness) => {
  const confusion = truthOf(own);
  const learned = simulate(2000, sharpness, confusion, 1);
  const reader = fitReader(learned.answers, learned.labels, { confidence: 0.999 });
  for (const [i, p] of confusion.entries()) {
    expect(reader.intervals[i][0]).toBeLessThan(p);
    expect(reader.intervals[i][1]).toBeGreaterThan(p);
  }
  const { model, labels, answers } = simulate(40_000, sharpness, confusion, 2);
  const pair = combine(model, reader, answers);
  const found = compareReader({ model, pair, answers }, labels);
  // The Bayes error given model and answer: Σ_h max_y P(h | y) p_y is the chance to be right, in the mean over rows.
  let right = 0;
  for (let row = 0; row < model.rows; row++)
    for (let h = 0; h < K; h++)
      right += Math.max(...classes.map((__, y) => confusion[y * K + h] * model.values[row * K + y]));
  const bayes = 1 - right / model.rows;
  const chance = Math.sqrt((bayes * (1 - bayes)) / model.rows);
  expect(found.pair.rate).toBeLessThanOrEqual(Math.min(found.model.rate, found.reader.rate) + 0.0015);
  expect(Math.abs(found.pair.rate - bayes)).toBeLessThan(0.01 * Math.max(bayes, 0.05) + 2.5 * chance);
  // The same rows, combined with the true matrix: the loss by learning it is within 1 % of the error.
  const best = combine(model, { ...reader, confusion: Float64Array.from(confusion) }, answers);
  const ideal = compareReader({ model, pair: best, answers }, labels).pair.rate;
  expect(found.pair.rate).toBeLessThan(1.01 * ideal);
});

test("the intervals of the confusion matrix hold the true one as often as they say", () => {
  const confusion = truthOf(0.8);
  let inside = 0;
  for (let seed = 0; seed < 300; seed++) {
    const { answers, labels } = simulate(300, 1, confusion, seed);
    const { intervals } = fitReader(answers, labels);
    inside += intervals.filter(([low, high], i) => low <= confusion[i] && confusion[i] <= high).length;
  }
  expect(inside / (300 * 9)).toBeGreaterThan(0.935);
  expect(inside / (300 * 9)).toBeLessThan(0.965);
});
