import { expect, test } from "vitest";
import references from "../../test/references/evaluation.json" with { type: "json" };
import { wilsonInterval } from "../statistics/index.ts";
import { classFigures } from "./classes.ts";

const options = { confidence: 0.95, seed: 1, draws: 4000 };

test.each(references.cases)(
  "precision, recall and F1 of $name are scikit-learn's",
  ({ classes, figures }) => {
    const names = Array.from({ length: classes }, (_, k) => String(k));
    const result = classFigures(Float64Array.from(figures.confusion), names, options);
    expect(result.map((figure) => figure.class)).toEqual(names);
    expect(result.map((figure) => figure.support)).toEqual(figures.support);
    result.forEach((figure, k) => {
      // scikit-learn says 0 where we say null: no row to count.
      expect(figure.precision ?? 0).toBeCloseTo(figures.precision[k], 14);
      expect(figure.recall ?? 0).toBeCloseTo(figures.recall[k], 14);
      expect(figure.f1 ?? 0).toBeCloseTo(figures.f1[k], 14);
    });
  },
);

test("counts by hand: 3 hits, 1 false alarm, 2 misses", () => {
  const [first, second] = classFigures(Float64Array.of(3, 2, 1, 4), ["a", "b"], options);
  expect(first).toMatchObject({ class: "a", support: 5, predicted: 4, precision: 3 / 4, recall: 3 / 5 });
  expect(first.f1).toBeCloseTo(6 / 9, 15);
  expect(second).toMatchObject({ class: "b", support: 5, predicted: 6, precision: 4 / 6, recall: 4 / 5 });
});

test("with many rows the ends lie 1.96 standard errors from the figure", () => {
  const [{ precision, recall, f1, intervals }] = classFigures(
    Float64Array.of(700, 300, 200, 800),
    ["a", "b"],
    options,
  );
  const overlap = 700 / 1200;
  for (const [value, interval, error] of [
    [precision, intervals.precision, Math.sqrt(((7 / 9) * (2 / 9)) / 900)],
    [recall, intervals.recall, Math.sqrt((0.7 * 0.3) / 1000)],
    // F1 = 2J/(1 + J) with J = 700/1200: dF1/dJ = 2/(1 + J)²
    [f1, intervals.f1, (2 / (1 + overlap) ** 2) * Math.sqrt((overlap * (1 - overlap)) / 1200)],
  ] as const)
    [-1.96, 1.96].forEach((z, end) => {
      const standardized = ((interval?.[end] ?? NaN) - (value ?? NaN)) / error;
      expect(Math.abs(standardized - z)).toBeLessThan(0.15); // of 4,000 draws: 0.05 by chance
    });
});

test("a class without rows has no recall, a class never given no precision, and none of both no F1", () => {
  const counts = Float64Array.of(4, 1, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0);
  const [a, b, c, d] = classFigures(counts, ["a", "b", "c", "d"], options);
  expect(a.intervals.recall).not.toBeNull();
  expect(b).toMatchObject({ support: 0, precision: 0, recall: null, f1: 0 });
  expect(b.intervals.recall).toBeNull();
  expect(b.intervals.f1?.[0]).toBe(0);
  expect(c).toMatchObject({ support: 2, predicted: 0, precision: null, recall: 0, f1: 0 });
  expect(c.intervals.precision).toBeNull();
  expect(d).toMatchObject({ support: 0, predicted: 0, precision: null, recall: null, f1: null });
  expect(d.intervals).toEqual({ precision: null, recall: null, f1: null });
});

test("a class never wrong has Wilson's intervals, not a point", () => {
  const [a] = classFigures(Float64Array.of(8, 0, 0, 12), ["a", "b"], options);
  expect(a).toMatchObject({ precision: 1, recall: 1, f1: 1 });
  const wilson = wilsonInterval(8, 8, 0.95);
  expect(a.intervals.precision).toEqual(wilson);
  expect(a.intervals.recall).toEqual(wilson);
  expect(a.intervals.f1).toEqual([(2 * wilson[0]) / (1 + wilson[0]), 1]);
});

test("each figure that is at its edge by itself has Wilson's interval, the others the draws", () => {
  const [a] = classFigures(Float64Array.of(30, 10, 0, 40), ["a", "b"], options);
  expect(a.intervals.precision).toEqual(wilsonInterval(30, 30, 0.95));
  expect(a.recall).toBe(0.75);
  expect(a.intervals.recall?.[1]).toBeGreaterThan(0.82);
  expect(a.intervals.recall?.[1]).toBeLessThan(0.92);
});

test("intervals are numbers in order around the figure, also for classes of two or three rows", () => {
  const counts = Float64Array.of(1, 1, 0, 1, 2, 1, 0, 1, 1);
  for (const { precision, recall, f1, intervals } of classFigures(counts, ["a", "b", "c"], options)) {
    for (const [value, interval] of [
      [precision, intervals.precision],
      [recall, intervals.recall],
      [f1, intervals.f1],
    ] as const) {
      const [low, high] = interval ?? [NaN, NaN];
      expect(low).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThanOrEqual(value ?? NaN);
      expect(high).toBeGreaterThanOrEqual(value ?? NaN);
      expect(high).toBeLessThanOrEqual(1);
    }
  }
});
