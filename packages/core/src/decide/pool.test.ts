import { expect, test } from "vitest";
import references from "../../test/references/decisions.json" with { type: "json" };
import type { Labels, Logits } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { sigmoid } from "../functions/index.ts";
import { log } from "../kernels/elementary.ts";
import { createGenerator } from "../random/index.ts";
import { fitPool } from "./pool.ts";

const classes = ["well", "ill"];

function logitsOf(odds: readonly number[]): Logits {
  const values = Float64Array.from(odds.flatMap((z) => [-z / 2, z / 2]));
  return { rows: odds.length, columns: 2, values, unit: "logits" };
}

const labelsOf = (indices: readonly number[]): Labels => ({ classes, indices: Int32Array.from(indices) });

test("the weights and their errors are SciPy's ridge estimate", () => {
  const { labels, model, stated, weights, errors } = references.pool;
  const pool = fitPool(logitsOf(model), stated, labelsOf(labels));
  expect(pool.status).toBe("converged");
  for (const [i, weight] of [pool.intercept, pool.model, pool.reader].entries()) {
    expect(weight).toBeCloseTo(weights[i], 8);
    expect((pool.intervals[i][1] - pool.intervals[i][0]) / 2 / 1.959963984540054).toBeCloseTo(errors[i], 8);
  }
});

test("simulated readings: the weights are recovered within their intervals", () => {
  const generator = createGenerator(3);
  const odds = Array.from({ length: 4000 }, () => 1.5 * generator.normal());
  const stated = odds.map(() => sigmoid(1.2 * generator.normal()));
  const indices = odds.map((z, row) => {
    const said = log(stated[row] / (1 - stated[row]));
    return generator.uniform() < sigmoid(-0.4 + 0.8 * z + 1.3 * said) ? 1 : 0;
  });
  const pool = fitPool(logitsOf(odds), stated, labelsOf(indices), { confidence: 0.99 });
  for (const [i, truth] of [-0.4, 0.8, 1.3].entries()) {
    expect(pool.intervals[i][0]).toBeLessThan(truth);
    expect(pool.intervals[i][1]).toBeGreaterThan(truth);
  }
});

test("pooled probabilities are σ(a + w·model + v·reader); where nothing is said, the model's", () => {
  const { labels, model, stated } = references.pool;
  const pool = fitPool(logitsOf(model), stated, labelsOf(labels));
  const { values } = pool.probabilities(logitsOf([1, 1]), [0.25, null]);
  expect(values[1]).toBeCloseTo(sigmoid(pool.intercept + pool.model + pool.reader * log(1 / 3)), 15);
  expect(values[3]).toBeCloseTo(sigmoid(1), 15);
  expect(values[0] + values[1]).toBeCloseTo(1, 15);
});

test("one reading moves the pool little from the model; certainty counts as 99.9 %", () => {
  const pool = fitPool(logitsOf([0, 1]), [1, null], labelsOf([1, 0]));
  expect(pool.rows).toBe(1);
  expect(pool.model).toBe(1);
  expect(pool.reader).toBeGreaterThan(0);
  expect(pool.reader).toBeLessThan(0.6);
  const certain = pool.probabilities(logitsOf([0]), [1]).values[1];
  expect(certain).toBe(pool.probabilities(logitsOf([0]), [0.999]).values[1]);
});

test("a perfect reader is finite with a penalty; without readings that differ, no penalty is refused", () => {
  const pool = fitPool(logitsOf([0, 0, 0, 0]), [0, 1, 0, 1], labelsOf([0, 1, 0, 1]));
  expect(pool.status).toBe("converged");
  expect(pool.reader).toBeGreaterThan(0.3);
  expect(() => fitPool(logitsOf([1, 1]), [0.5, 0.5], labelsOf([0, 1]), { l2: 0 })).toThrow(
    /take an l2 above 0/,
  );
});

const odds = logitsOf([0, 1]);
const two = labelsOf([0, 1]);

test.each([
  ["nothing said", [null, null], "fitPool: at least one stated probability is needed, got none"],
  ["120 %", [0.5, 1.2], "fitPool: a stated probability must be in [0, 1], got 1.2 at row 1"],
  ["NaN", [Number.NaN, 0.5], "fitPool: a stated probability must be in [0, 1], got NaN at row 0"],
  ["too few", [0.5], "fitPool: stated probabilities must be 2 in number, got 1"],
])("%s is refused in one sentence", (_, stated, message) => {
  expect(() => fitPool(odds, stated, two)).toThrow(new InputError(message));
});

test("three classes, a negative penalty and certain logits are refused", () => {
  const three: Logits = { rows: 1, columns: 3, values: new Float64Array(3), unit: "logits" };
  expect(() => fitPool(three, [0.5], { classes: ["a", "b", "c"], indices: Int32Array.of(0) })).toThrow(
    new InputError("fitPool: needs two classes, got 3"),
  );
  expect(() => fitPool(odds, [0.5, 0.5], two, { l2: -1 })).toThrow(/l2 must be a finite number ≥ 0, got -1/);
  const certain: Logits = {
    rows: 2,
    columns: 2,
    values: Float64Array.of(0, -Infinity, 0, 0),
    unit: "logits",
  };
  expect(() => fitPool(certain, [0.5, 0.5], two)).toThrow(
    new InputError("fitPool: logits must be finite, got a difference of -Infinity at row 0"),
  );
});
