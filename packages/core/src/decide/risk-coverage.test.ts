import { expect, test } from "vitest";
import references from "../../test/references/decisions.json" with { type: "json" };
import type { Labels, Probabilities } from "../data/index.ts";
import { softmax } from "../functions/index.ts";
import { riskCoverage } from "./risk-coverage.ts";

function rowsOf(largest: readonly number[], wrong: readonly number[]): [Probabilities, Labels] {
  const values = Float64Array.from(largest.flatMap((p) => [p, 1 - p]));
  return [
    { rows: largest.length, columns: 2, values, unit: "probabilities" },
    { classes: ["a", "b"], indices: Int32Array.from(wrong) },
  ];
}

test("four rows by hand: the mean of 0/1, 0/2, 1/3 and 1/4", () => {
  const found = riskCoverage(...rowsOf([0.6, 0.9, 0.8, 0.7], [0, 0, 0, 1]));
  expect(found.aurc).toBeCloseTo((1 / 3 + 1 / 4) / 4, 15);
  expect(found.error).toBe(0.25);
  expect(found.coverageBeforeFirstError).toBe(0.5);
  expect(found.curve).toEqual([
    { threshold: 0.9, coverage: 0.25, risk: 0 },
    { threshold: 0.8, coverage: 0.5, risk: 0 },
    { threshold: 0.7, coverage: 0.75, risk: 1 / 3 },
    { threshold: 0.6, coverage: 1, risk: 0.25 },
  ]);
});

test("equally certain rows count as in random order: their own order does not matter", () => {
  const one = riskCoverage(...rowsOf([0.9, 0.7, 0.7, 0.7], [0, 1, 0, 0]));
  const other = riskCoverage(...rowsOf([0.7, 0.7, 0.9, 0.7], [0, 0, 0, 1]));
  expect(one).toEqual(other);
  expect(one.aurc).toBeCloseTo((1 / 3 / 2 + 2 / 3 / 3 + 1 / 4) / 4, 15);
  expect(one.coverageBeforeFirstError).toBe(0.25);
});

test("all right gives zeros and full coverage, all wrong ones and none", () => {
  expect(riskCoverage(...rowsOf([0.9, 0.8], [0, 0]))).toMatchObject({
    aurc: 0,
    excessAurc: 0,
    coverageBeforeFirstError: 1,
  });
  expect(riskCoverage(...rowsOf([0.9, 0.8], [1, 1]))).toMatchObject({
    aurc: 1,
    excessAurc: 0,
    coverageBeforeFirstError: 0,
  });
});

test.each([
  ["cal", references.digitsCal, 0.0027655, 0.0388889, 0.80556],
  ["mod-5", references.digitsMod5, 0.002196, 0.0361111, 0.83333],
])(
  "digits, %s split: NumPy's figures, and those of the methods page",
  (_, reference, aurc, error, coverage) => {
    const values = softmax(reference.logits, 10);
    const found = riskCoverage(
      { rows: 360, columns: 10, values, unit: "probabilities" },
      { classes: [..."0123456789"], indices: Int32Array.from(reference.labels) },
    );
    expect(found.aurc).toBeCloseTo(reference.aurc, 14);
    expect(found.excessAurc).toBeCloseTo(reference.excessAurc, 14);
    expect(found.error).toBeCloseTo(reference.error, 15);
    expect(found.coverageBeforeFirstError).toBeCloseTo(reference.coverageBeforeFirstError, 15);
    expect(found.aurc).toBeCloseTo(aurc, 7);
    expect(found.error).toBeCloseTo(error, 7);
    expect(found.coverageBeforeFirstError).toBeCloseTo(coverage, 5);
    expect(found.curve.length).toBe(200);
  },
);
