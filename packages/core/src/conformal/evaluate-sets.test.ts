import { expect, test } from "vitest";
import { drawSample } from "../../test/conformal-rows.ts";
import type { Labels } from "../data/index.ts";
import { createGenerator } from "../random/index.ts";
import { clopperPearsonInterval } from "../statistics/index.ts";
import { evaluateSets } from "./evaluate-sets.ts";
import { fitConformal } from "./fit.ts";
import { binaryOutcomes, setSizes, type PredictionSets } from "./prediction-sets.ts";

function labelsOf(classes: string, ...indices: number[]): Labels {
  return { classes: classes.split(""), indices: Int32Array.from(indices) };
}

const four: PredictionSets = {
  rows: 4,
  classes: ["a", "b"],
  members: Uint8Array.of(0, 0, 1, 0, 0, 1, 1, 1),
  coverage: 0.8,
  by: "all",
  thresholds: [{ name: "all rows", rows: 4, rank: 4, cutoff: 0.5, tie: 1 }],
  groupOfRow: null,
};

test("four rows by hand", () => {
  const found = evaluateSets(four, labelsOf("ab", 0, 0, 0, 1));
  expect(found).toMatchObject({
    promised: 0.8,
    confidence: 0.95,
    overall: { rows: 4, covered: 2, coverage: 0.5, interval: clopperPearsonInterval(2, 4, 0.95) },
    meanSize: 1,
    empty: 0.25,
    single: 0.5,
    multiple: 0.25,
    perGroup: [],
  });
  expect(found.perClass.map(({ name, rows, covered, band }) => [name, rows, covered, band])).toEqual([
    ["a", 3, 1, null],
    ["b", 1, 1, null],
  ]);
  expect(found.bySize.map(({ size, rows, covered }) => [size, rows, covered])).toEqual([
    [0, 1, 0],
    [1, 2, 1],
    [2, 1, 1],
  ]);
});

test("two classes have four outcomes, by name", () => {
  expect(binaryOutcomes(four)).toEqual(["none", "one", "other", "both"]);
  expect([...setSizes(four)]).toEqual([0, 1, 1, 2]);
  expect(() => binaryOutcomes({ ...four, classes: ["a", "b", "c"], members: new Uint8Array(12) })).toThrow(
    "binaryOutcomes: classes must be two, got 3",
  );
});

test("a class without rows has no coverage", () => {
  const [, b] = evaluateSets(four, labelsOf("ab", 0, 0, 0, 0)).perClass;
  expect(b).toEqual({ name: "b", rows: 0, covered: 0, coverage: null, interval: null, band: null });
});

test("bands stand where the promise was made: over all rows, by class, or by group", () => {
  const { probabilities, labels, groups } = drawSample(800, createGenerator(4));
  const bands = (by: "all" | "class" | Labels): boolean[] => {
    const sets = fitConformal(probabilities, labels, { by }).sets(probabilities, { groups });
    const { overall, perClass, perGroup } = evaluateSets(sets, labels);
    return [[overall], perClass, perGroup].map((parts) => parts.some(({ band }) => band !== null));
  };
  expect(bands("all")).toEqual([true, false, false]);
  expect(bands("class")).toEqual([false, true, false]);
  expect(bands(groups)).toEqual([false, false, true]);
});

test("other groups may be looked at, without a band, for nothing was promised them", () => {
  const { probabilities, labels, groups } = drawSample(800, createGenerator(4));
  const sets = fitConformal(probabilities, labels).sets(probabilities);
  const [north, south] = evaluateSets(sets, labels, { groups }).perGroup;
  expect(north.rows + south.rows).toBe(800);
  expect(south.coverage).toBeLessThan(north.coverage ?? 0);
  expect(south.band).toBeNull();
});

test("labels and options that do not fit are refused", () => {
  expect(() => evaluateSets(four, labelsOf("ab", 0))).toThrow(
    "evaluateSets: labels must be as many as rows, 4, got 1",
  );
  expect(() => evaluateSets(four, labelsOf("ba", 0, 0, 0, 0))).toThrow(
    "evaluateSets: labels must be of the classes of the sets, a, b, got b, a",
  );
  expect(() => evaluateSets(four, labelsOf("ab", 0, 0, 2, 0))).toThrow(
    "evaluateSets: labels must be integers in [0, 2), got 2 at row 2",
  );
  expect(() => evaluateSets(four, labelsOf("ab", 0, 0, 0, 0), { confidence: 1 })).toThrow(
    "evaluateSets: confidence must be in (0, 1), got 1",
  );
  expect(() => evaluateSets(four, labelsOf("ab", 0, 0, 0, 0), { groups: labelsOf("g", 0) })).toThrow(
    "evaluateSets: groups must be as many as rows, 4, got 1",
  );
  expect(() => evaluateSets({ ...four, rows: 0 }, labelsOf("ab"))).toThrow(
    "evaluateSets: at least one row is needed, got 0",
  );
});
