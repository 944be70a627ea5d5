import { expect, test } from "vitest";
import type { Logits, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { softmax } from "../functions/index.ts";
import { log } from "../kernels/elementary.ts";
import { createGenerator } from "../random/index.ts";
import { estimatePriors, shiftPriors } from "./prior-shift.ts";

const even = [0.5, 0.5];

function probabilitiesOf(columns: number, values: ArrayLike<number>): Probabilities {
  return { rows: values.length / columns, columns, values: Float64Array.from(values), unit: "probabilities" };
}

test("from even classes to a prevalence of 3 %: even odds become 3 : 97, odds of 9 become 27 : 97", () => {
  const { values } = shiftPriors(probabilitiesOf(2, [0.5, 0.5, 0.1, 0.9]), even, [0.97, 0.03]);
  expect(values[1]).toBeCloseTo(0.03, 15);
  expect(values[3]).toBeCloseTo(27 / 124, 15);
});

test("logits shift by the logarithm of the ratio, and give the shifted probabilities", () => {
  const generator = createGenerator(1);
  const values = Float64Array.from({ length: 60 }, () => 3 * generator.normal());
  const logits: Logits = { rows: 20, columns: 3, values, unit: "logits" };
  const [from, to] = [
    [0.2, 0.3, 0.5],
    [0.6, 0.3, 0.1],
  ];
  const shifted = softmax(shiftPriors(logits, from, to).values, 3);
  const direct = shiftPriors(probabilitiesOf(3, softmax(values, 3)), from, to).values;
  for (const [i, p] of direct.entries()) expect(shifted[i]).toBeCloseTo(p, 14);
});

test("there and back changes nothing, and equal shares neither", () => {
  const p = probabilitiesOf(3, [0.2, 0.3, 0.5, 0.01, 0.98, 0.01]);
  const [one, other] = [
    [0.1, 0.1, 0.8],
    [0.3, 0.3, 0.4],
  ];
  const back = shiftPriors(shiftPriors(p, one, other), other, one);
  for (const [i, value] of p.values.entries()) expect(back.values[i]).toBeCloseTo(value, 15);
  expect(shiftPriors(p, one, one).values).toEqual(p.values);
});

test("a class with share 0 becomes impossible; a row that was certain of it is refused", () => {
  expect([...shiftPriors(probabilitiesOf(2, [0.4, 0.6]), even, [1, 0]).values]).toEqual([1, 0]);
  const logits: Logits = { rows: 1, columns: 2, values: Float64Array.of(1, 2), unit: "logits" };
  expect([...shiftPriors(logits, even, [1, 0]).values]).toEqual([1 + log(2), -Infinity]);
  expect(() => shiftPriors(probabilitiesOf(2, [0, 1]), even, [1, 0])).toThrow(
    new InputError("shiftPriors: no class is left possible at row 0"),
  );
  const masked: Logits = { rows: 1, columns: 2, values: Float64Array.of(-Infinity, 2), unit: "logits" };
  expect(() => shiftPriors(masked, even, [1, 0])).toThrow(
    new InputError("shiftPriors: no class is left possible at row 0"),
  );
});

test.each([
  ["too few shares", [1], even, "shiftPriors: shares to come from must be 2 in number, got 1"],
  [
    "a share of 0 to come from",
    [0, 1],
    even,
    "shiftPriors: shares to come from must be in (0, 1], got 0 for class 0",
  ],
  [
    "a negative share",
    even,
    [-0.1, 1],
    "shiftPriors: shares to go to must be in [0, 1], got -0.1 for class 0",
  ],
  ["a sum of 0.9", even, [0.4, 0.5], "shiftPriors: shares to go to must sum to 1, got 0.9"],
])("%s is refused in one sentence", (_, from, to, message) => {
  expect(() => shiftPriors(probabilitiesOf(2, [0.4, 0.6]), from, to)).toThrow(new InputError(message));
});

/** Two normals of variance 1 around ±1, a model that knows them with even shares, rows drawn with a share of the second. */
function draw(rows: number, share: number, seed: number, sharpness = 2): [Probabilities, Int32Array] {
  const generator = createGenerator(seed);
  const labels = Int32Array.from({ length: rows }, () => (generator.uniform() < share ? 1 : 0));
  const logits = Float64Array.from({ length: 2 * rows }, () => 0);
  for (const [row, label] of labels.entries())
    logits[2 * row + 1] = sharpness * (generator.normal() + (label === 1 ? 1 : -1));
  return [probabilitiesOf(2, softmax(logits, 2)), labels];
}

function logLossOf({ values, columns }: Probabilities, labels: Int32Array): number {
  return labels.reduce((sum, label, row) => sum - log(values[row * columns + label]), 0) / labels.length;
}

test("expectation maximisation finds the shares of many rows", () => {
  const [probabilities] = draw(20_000, 0.1, 2);
  const { shares, status, iterations } = estimatePriors(probabilities, even);
  expect(status).toBe("converged");
  expect(iterations).toBeLessThan(500);
  expect(shares[1]).toBeCloseTo(0.1, 2);
  expect(shares[0] + shares[1]).toBeCloseTo(1, 14);
});

test("at the end each share is the mean of the shifted probabilities and the prior", () => {
  const [probabilities] = draw(500, 0.2, 3);
  const { shares, probabilities: shifted } = estimatePriors(probabilities, even, {
    strength: 20,
    tolerance: 1e-13,
  });
  const sum = shifted.values.reduce((total, p, i) => total + (i % 2 === 1 ? p : 0), 0);
  expect((sum + 20 * 0.5) / 520).toBeCloseTo(shares[1], 12);
});

test("without a prior a class can die and take the log-loss with it; with the prior it cannot", () => {
  // An overconfident model, few rows, and a rare class that is not quite absent.
  let plainLoses = 0;
  for (let seed = 0; seed < 200; seed++) {
    const [probabilities, labels] = draw(40, 0.06, seed);
    const before = logLossOf(probabilities, labels);
    const plain = estimatePriors(probabilities, even, { strength: 0 });
    const kept = estimatePriors(probabilities, even);
    expect(Math.min(...kept.shares)).toBeGreaterThan(0.05);
    const after = logLossOf(kept.probabilities, labels);
    if (logLossOf(plain.probabilities, labels) > before) plainLoses++;
    expect(after, `seed ${seed}`).toBeLessThan(before);
  }
  expect(plainLoses).toBeGreaterThan(10);
});

test("too few steps are a status, and bad input is refused", () => {
  const [probabilities] = draw(100, 0.2, 1);
  expect(estimatePriors(probabilities, even, { maxIterations: 2 })).toMatchObject({
    status: "budget",
    iterations: 2,
  });
  expect(() => estimatePriors(probabilities, even, { strength: -1 })).toThrow(
    new InputError("estimatePriors: strength must be a finite number ≥ 0, got -1"),
  );
  expect(() => estimatePriors(probabilitiesOf(2, []), even)).toThrow(/at least one row/);
});
