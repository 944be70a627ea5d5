import { expect, test } from "vitest";
import { drawSample } from "../../test/conformal-rows.ts";
import { createGenerator } from "../random/index.ts";
import { crossConformalSets, fitCrossConformal } from "./cross.ts";
import { fitConformal } from "./fit.ts";

const sample = drawSample(230, createGenerator(8));
const { probabilities, labels } = sample;
const folds = Uint8Array.from({ length: 230 }, (_, row) => row % 5);

test("if all folds have the same model, the sets are those of split conformal prediction on all rows", () => {
  const next = drawSample(500, createGenerator(9)).probabilities;
  for (const method of ["lac", "aps"] as const)
    for (const randomized of [true, false]) {
      const options = { method, randomized, coverage: 0.85, seed: 3 };
      const cross = fitCrossConformal(probabilities, labels, folds, options);
      const split = fitConformal(probabilities, labels, options);
      const byFold = Array.from({ length: 5 }, () => next);
      expect(cross.sets(byFold).members).toEqual(split.sets(next).members);
      expect(cross.rank).toBe(split.thresholds[0].rank);
    }
});

test("what is proven is a little less than 1 − 2α", () => {
  const { guaranteed, coverage, rank } = fitCrossConformal(probabilities, labels, folds);
  expect(coverage).toBe(0.9);
  expect(rank).toBe(208); // ⌈231 · 0.9⌉
  expect(guaranteed).toBeCloseTo(1 - (2 * (23 + 4)) / 235, 15);
});

test("every fold's own model judges: a fold whose rows conform better asks more", () => {
  const one = drawSample(1, createGenerator(1)).probabilities;
  const fitted = fitCrossConformal(probabilities, labels, folds, { coverage: 0.9 });
  const high = { ...one, values: Float64Array.of(1, 0, 0, 0) };
  const low = { ...one, values: Float64Array.of(0, 1, 0, 0) };
  expect([...fitted.sets([high, high, high, high, high]).members]).toEqual([1, 0, 0, 0]);
  expect([...fitted.sets([low, high, low, low, high]).members]).toEqual([1, 1, 0, 0]); // two of five folds are well above α
});

test("each class is in as often as counting over all folds says", () => {
  const fitted = fitCrossConformal(probabilities, labels, folds, { coverage: 0.8, randomized: false });
  const byFold = Array.from({ length: 5 }, (_, fold) => drawSample(300, createGenerator(fold)).probabilities);
  const expected = byFold[0].values.map((_, i) => {
    const counts = byFold.map(
      ({ values }, fold) => fitted.conformities[fold].filter((each) => each <= values[i]).length,
    );
    return counts.reduce((sum, count) => sum + count, 1) > 0.2 * 231 ? 1 : 0; // p-value above α
  });
  expect([...fitted.sets(byFold).members]).toEqual([...expected]);
});

test("parts that do not fit are refused", () => {
  const fit = (own: ArrayLike<number>, coverage = 0.9): unknown =>
    fitCrossConformal(probabilities, labels, own, { coverage });
  expect(() => fit([0, 1])).toThrow("fitCrossConformal: folds must be as many as rows, 230, got 2");
  expect(() => fit(folds.map((fold) => fold * 2))).toThrow(
    "fitCrossConformal: every fold needs rows, but fold 1 has none",
  );
  expect(() => fit(new Uint8Array(230))).toThrow("fitCrossConformal: at least two folds are needed, got one");
  expect(() => fit(Int8Array.from(folds, (fold) => fold - 1))).toThrow(
    "fitCrossConformal: folds must be numbered from 0, got -1 at row 0",
  );
  expect(() => fit(folds, 0.999)).toThrow("a coverage of 0.999 needs at least 999 rows, got 230");
  const fitted = fitCrossConformal(probabilities, labels, folds);
  expect(() => fitted.sets([probabilities])).toThrow(
    "sets: needs the probabilities of one model per fold, 5, got 1",
  );
  const short = drawSample(3, createGenerator(1)).probabilities;
  expect(() => fitted.sets([probabilities, short, short, short, short])).toThrow(
    "sets: the models of all folds must speak of the same rows, got 230 and 3",
  );
  expect(crossConformalSets(fitted).rank).toBe(fitted.rank);
  expect(() => crossConformalSets({ ...fitted, rank: 229 })).toThrow(
    "crossConformalSets: rank does not belong to 230 rows at a coverage of 0.9, got 229",
  );
  expect(() => crossConformalSets({ ...fitted, rows: 231 })).toThrow(
    "crossConformalSets: needs one conformity per row, 231, got 230",
  );
  const descending = fitted.conformities.map((own) => own.toReversed());
  expect(() => crossConformalSets({ ...fitted, conformities: descending })).toThrow(
    "crossConformalSets: conformities of a fold must be finite numbers that ascend",
  );
});
