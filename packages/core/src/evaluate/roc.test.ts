import { describe, expect, test } from "vitest";
import reference from "../../test/references/roc.json" with { type: "json" };
import { InputError } from "../errors/index.ts";
import { createGenerator } from "../random/index.ts";
import { clopperPearsonInterval, normalQuantile } from "../statistics/index.ts";
import { averagePrecision, rocArea, rocCurve, type RocArea } from "./index.ts";

const areaOf = (scores: readonly number[], isEvent: readonly number[], confidence = 0.95): RocArea => {
  const found = rocArea(scores, isEvent, { confidence });
  if (found === null) throw new Error("no events, or no others");
  return found;
};

test("is the share of pairs in the right order, ties half", () => {
  // Events score 3, 2, 2; others 2, 1: of six pairs four are right and two tied.
  expect(areaOf([3, 2, 2, 2, 1], [1, 1, 1, 0, 0])).toMatchObject({ area: 5 / 6, events: 3, others: 2 });
  expect(areaOf([1, 1, 1, 1], [1, 0, 1, 0]).area).toBe(0.5);
});

describe.each(Object.entries(reference.markers))("pROC's 113 patients, %s", (_, marker) => {
  test("area, DeLong's variance and interval are pROC's, to 1e-14", () => {
    const { area, variance, interval } = areaOf(marker.values, reference.isEvent);
    expect(area).toBeCloseTo(marker.area, 14);
    expect(variance).toBeCloseTo(marker.variance, 14);
    expect(interval[0]).toBeCloseTo(marker.interval[0], 14);
    expect(interval[1]).toBeCloseTo(marker.interval[1], 14);
  });

  test("a rising function of the scores changes nothing, a falling one mirrors", () => {
    const found = areaOf(marker.values, reference.isEvent);
    expect(areaOf(marker.values.map((x) => 1000 + x * x * x), reference.isEvent)).toEqual(found); // prettier-ignore
    const mirrored = areaOf(marker.values.map((x) => -x), reference.isEvent); // prettier-ignore
    expect(mirrored.area).toBeCloseTo(1 - found.area, 14);
    expect(mirrored.variance).toBeCloseTo(found.variance, 14);
  });
});

test("the numbers of the plan: s100b .7313685637 (.630118–.832619), ndka .611958 (.501245–.722671)", () => {
  const found = [reference.markers.s100b, reference.markers.ndka].map(({ values }) =>
    areaOf(values, reference.isEvent),
  );
  expect(found[0].area).toBeCloseTo(0.7313685637, 10);
  expect(found.flatMap(({ area, interval }) => [area, ...interval]).map((v) => v.toFixed(6))).toEqual(
    ["0.731369", "0.630118", "0.832619", "0.611958", "0.501245", "0.722671"], // prettier-ignore
  );
});

test("the order of the rows changes no bit of the area, and the variance by rounding", () => {
  const { values } = reference.markers.wfns;
  const back = areaOf(values.toReversed(), reference.isEvent.toReversed());
  const found = areaOf(values, reference.isEvent);
  expect(back.area).toBe(found.area);
  expect(back.variance).toBeCloseTo(found.variance, 15);
});

describe("near 1 the interval stays inside", () => {
  test("on the logit scale where area ± z·error would leave (0, 1)", () => {
    const scores = [9, 8, 7, 6, 3, 5, 4, 2, 1, 0];
    const isEvent = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0];
    const { area, variance, interval } = areaOf(scores, isEvent);
    expect(area).toBe(23 / 25);
    const half = normalQuantile(0.975) * Math.sqrt(variance);
    expect(area + half).toBeGreaterThan(1);
    const logit = (p: number): number => Math.log(p / (1 - p));
    expect(logit(interval[0])).toBeCloseTo(logit(area) - half / (area * (1 - area)), 10);
    expect(logit(interval[1])).toBeCloseTo(logit(area) + half / (area * (1 - area)), 10);
    expect(rocArea(scores, isEvent, { scale: "logit" })?.interval).toEqual(interval);
  });

  test("where all are in order, as for so many pairs that all are right", () => {
    const { area, variance, interval } = areaOf([4, 3, 2, 1, 0], [1, 1, 0, 0, 0]);
    expect({ area, variance }).toEqual({ area: 1, variance: 0 });
    expect(interval).toEqual(clopperPearsonInterval(2, 2, 0.95));
    expect(areaOf([1, 2], [1, 0]).interval).toEqual(clopperPearsonInterval(0, 1, 0.95));
  });
});

test("nothing to compare is null", () => {
  expect(rocArea([1, 2], [1, 1])).toBeNull();
  expect(rocArea([1, 2], [0, 0])).toBeNull();
  expect(rocArea([], [])).toBeNull();
  expect(averagePrecision([1, 2], [0, 0])).toBeNull();
  expect(rocCurve([1, 2], [1, 1])).toEqual([]);
});

test("infinite scores are scores, NaN is none, and marks are 0 or 1", () => {
  expect(areaOf([Infinity, -Infinity, 0], [1, 0, 0]).area).toBe(1);
  expect(() => rocArea([1, NaN], [1, 0])).toThrow(
    new InputError("rocArea: scores must be numbers, got NaN at row 1"),
  );
  expect(() => rocArea([1, 2], [1, 2])).toThrow(
    new InputError("rocArea: marks of events must be 0 or 1, got 2 at row 1"),
  );
  expect(() => rocArea([1, 2], [1])).toThrow(
    new InputError("rocArea: needs one mark per score, got 1 for 2 scores"),
  );
  expect(() => rocArea([1, 2], [1, 0], { confidence: 95 })).toThrow(
    new InputError("rocArea: confidence must be in (0, 1), got 95"),
  );
});

describe("average precision", () => {
  test("is the mean over events of the precision at each", () => {
    // From the top: event (1/1), other, event (2/3), other, event (3/5).
    expect(averagePrecision([5, 4, 3, 2, 1], [1, 0, 1, 0, 1])).toBeCloseTo((1 + 2 / 3 + 3 / 5) / 3, 15);
  });

  test("rows with one score come in together: all equal is the share of events", () => {
    expect(averagePrecision([1, 1, 1, 1], [1, 0, 0, 0])).toBe(0.25);
  });

  test("is what scikit-learn's step sum gives, by brute force over thresholds", () => {
    const generator = createGenerator(3);
    const scores = Array.from({ length: 200 }, () => generator.below(30));
    const isEvent = scores.map((x) => Number(generator.uniform() < x / 40));
    const events = isEvent.reduce((sum, each) => sum + each, 0);
    let expected = 0;
    let before = 0;
    for (const threshold of [...new Set(scores)].toSorted((a, b) => b - a)) {
      const called = scores.flatMap((x, row) => (x >= threshold ? [isEvent[row]] : []));
      const found = called.reduce((sum, each) => sum + each, 0);
      expected += ((found - before) / events) * (found / called.length);
      before = found;
    }
    expect(averagePrecision(scores, isEvent)).toBeCloseTo(expected, 14);
  });
});

describe("the curve", () => {
  test("has a point per score, and the area under its steps and slopes is the area", () => {
    const { values } = reference.markers.ndka;
    const points = [{ truePositiveRate: 0, falsePositiveRate: 0 }, ...rocCurve(values, reference.isEvent)];
    let area = 0;
    points.slice(1).forEach((point, i) => {
      const width = point.falsePositiveRate - points[i].falsePositiveRate;
      area += (width * (point.truePositiveRate + points[i].truePositiveRate)) / 2;
    });
    expect(points).toHaveLength(new Set(values).size + 1);
    expect(points.at(-1)).toMatchObject({ truePositiveRate: 1, falsePositiveRate: 1 });
    expect(area).toBeCloseTo(reference.markers.ndka.area, 14);
  });

  test("is thinned to so many points, both ends kept", () => {
    const { values } = reference.markers.ndka;
    const all = rocCurve(values, reference.isEvent);
    const some = rocCurve(values, reference.isEvent, 10);
    expect(some).toHaveLength(10);
    expect([some[0], some[9]]).toEqual([all[0], all.at(-1)]);
  });
});

test.runIf(process.env["SIGMAX_SLOW"]).each([
  [1, 0.7602499389065233, "area", 0.932, 0.955],
  [2, 0.9213503964748575, "area", 0.905, 0.935],
  [1, 0.7602499389065233, "logit", 0.94, 0.965],
  [2, 0.9213503964748575, "logit", 0.94, 0.965],
] as const)(
  "over 4,000 samples of 100 rows, events %d deviations higher (area %d), on the %s scale, 95 %% intervals cover %d to %d",
  (shift, truth, scale, least, most) => {
    let held = 0;
    for (let seed = 1; seed <= 4000; seed++) {
      const generator = createGenerator(seed);
      const isEvent = Array.from({ length: 100 }, (_, row) => Number(row < 40));
      const scores = isEvent.map((event) => generator.normal() + shift * event);
      const { interval } = rocArea(scores, isEvent, { scale }) ?? areaOf(scores, isEvent);
      held += Number(interval[0] <= truth && truth <= interval[1]);
    }
    expect(held / 4000).toBeGreaterThan(least);
    expect(held / 4000).toBeLessThan(most);
  },
);
