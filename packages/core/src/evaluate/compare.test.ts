import { describe, expect, test } from "vitest";
import roc from "../../test/references/roc.json" with { type: "json" };
import tails from "../../test/references/tails.json" with { type: "json" };
import type { Labels, Logits } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { createGenerator } from "../random/index.ts";
import { compareModels, logLoss } from "./index.ts";

function logitsOf(scores: readonly number[]): Logits {
  return {
    rows: scores.length,
    columns: 2,
    values: Float64Array.from(scores.flatMap((z) => [0, z])),
    unit: "logits",
  };
}

function labelsOfMarks(marks: readonly number[]): Labels {
  return { classes: ["no", "yes"], indices: Int32Array.from(marks) };
}

const generator = createGenerator(21);
const marks = Array.from({ length: 120 }, () => generator.below(2));
const good = logitsOf(marks.map((y) => 2 * y - 1 + 1.2 * generator.normal()));
const poor = logitsOf(marks.map((y) => 0.5 * y + 1.5 * generator.normal()));
const labels = labelsOfMarks(marks);

describe("paired DeLong", () => {
  test.each(roc.tests)(
    "$first against $second is pROC's, interval and p, to 1e-12",
    ({ first, second, p, interval }) => {
      const markers: Record<string, { values: number[]; area: number }> = roc.markers;
      const [a, b] = [markers[first], markers[second]];
      const found = compareModels(logitsOf(a.values), logitsOf(b.values), labelsOfMarks(roc.isEvent), {
        draws: 100,
      });
      const [auc] = found.auc;
      expect(auc.class).toBe("yes");
      expect([auc.first, auc.second]).toEqual([a.area, b.area]);
      expect(auc.p).toBeCloseTo(p, 12);
      // pROC's difference is the first less the second.
      expect(auc.interval[0]).toBeCloseTo(-interval[1], 12);
      expect(auc.interval[1]).toBeCloseTo(-interval[0], 12);
    },
  );

  test("of more than two classes there is one for each against the rest", () => {
    const three = { classes: ["a", "b", "c"], indices: Int32Array.from({ length: 60 }, (_, row) => row % 3) };
    const logits = (by: number): Logits => ({
      rows: 60,
      columns: 3,
      values: Float64Array.from(
        { length: 180 },
        (_, at) => (three.indices[Math.floor(at / 3)] === at % 3 ? by : 0) + generator.normal(),
      ),
      unit: "logits",
    });
    const { auc } = compareModels(logits(0.5), logits(2), three);
    expect(auc.map((each) => each.class)).toEqual(["a", "b", "c"]);
    for (const { difference, interval } of auc) {
      expect(interval[0]).toBeLessThan(difference);
      expect(interval[1]).toBeGreaterThan(difference);
    }
  });
});

test.each(tails.signTest)(
  "McNemar's exact p of %i against %i discordant rows is SciPy's binomial test's",
  (a, b, p) => {
    const right = [...Array<number>(a).fill(1), ...Array<number>(b).fill(-1), 1, 1, -1];
    const other = [...Array<number>(a).fill(-1), ...Array<number>(b).fill(1), 1, 1, -1];
    const all = labelsOfMarks(right.map(() => 1));
    const found = compareModels(logitsOf(right), logitsOf(other), all, { draws: 100 });
    expect(found).toMatchObject({ onlyFirst: a, onlySecond: b, auc: [] });
    expect(Math.abs((found.accuracy.p ?? NaN) / p - 1)).toBeLessThan(1e-12);
  },
);

describe("the paired bootstrap", () => {
  test("figures are those of the models, and the difference is the second less the first", () => {
    const { logLoss: loss, accuracy, rows } = compareModels(poor, good, labels);
    expect(rows).toBe(120);
    expect(loss.first).toBeCloseTo(logLoss(poor, labels), 14);
    expect(loss.second).toBeCloseTo(logLoss(good, labels), 14);
    expect(loss.difference).toBeCloseTo(loss.second - loss.first, 14);
    expect(loss.interval[1]).toBeLessThan(0);
    expect(loss.p).toBeNull();
    expect(accuracy.interval[0]).toBeLessThan(accuracy.difference);
  });

  test("a model does not differ from itself", () => {
    const { accuracy, logLoss: loss, brier, auc } = compareModels(good, good, labels);
    for (const each of [accuracy, loss, brier, ...auc])
      expect(each).toMatchObject({ difference: 0, interval: [0, 0] });
    expect(accuracy.p).toBe(1);
    expect(auc[0].p).toBe(1);
  });

  test("changing places changes signs", () => {
    const [a, b] = [compareModels(good, poor, labels), compareModels(poor, good, labels)];
    expect(b.logLoss.difference).toBe(-a.logLoss.difference);
    expect(b.logLoss.interval[0]).toBeCloseTo(-a.logLoss.interval[1], 12);
    expect(b.auc[0].p).toBeCloseTo(a.auc[0].p ?? NaN, 14);
    expect(b.accuracy.p).toBe(a.accuracy.p);
  });

  test("the same seed draws the same rows, another one others; more confidence is wider", () => {
    expect(compareModels(poor, good, labels, { seed: 3 })).toEqual(
      compareModels(poor, good, labels, { seed: 3 }),
    );
    expect(compareModels(poor, good, labels, { seed: 4 }).brier.interval).not.toEqual(
      compareModels(poor, good, labels, { seed: 3 }).brier.interval,
    );
    const [narrow, wide] = [0.8, 0.99].map((confidence) => compareModels(poor, good, labels, { confidence }));
    expect(wide.brier.interval[0]).toBeLessThan(narrow.brier.interval[0]);
    expect(wide.brier.interval[1]).toBeGreaterThan(narrow.brier.interval[1]);
  });

  test("has the width of the paired normal interval, to 6 %", () => {
    const { logLoss: loss } = compareModels(poor, good, labels, { draws: 20_000 });
    const differences = marks.map((y, row) => {
      const own = (logits: Logits): number => Math.log1p(Math.exp((1 - 2 * y) * logits.values[2 * row + 1]));
      return own(good) - own(poor);
    });
    const mean = differences.reduce((sum, d) => sum + d, 0) / 120;
    const variance = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / 119;
    const width = 2 * 1.96 * Math.sqrt(variance / 120);
    expect(Math.abs((loss.interval[1] - loss.interval[0]) / width - 1)).toBeLessThan(0.06);
  });
});

describe("groups", () => {
  const four = (logits: Logits): Logits => logitsOf([...Array(4).keys()].flatMap(() => [...logits.values].filter((_, at) => at % 2 === 1))); // prettier-ignore
  const labels4 = labelsOfMarks([...marks, ...marks, ...marks, ...marks]);
  const groups = Array.from({ length: 480 }, (_, row) => row % 120);

  test("every row four times over says no more than once, when groups say so", () => {
    const once = compareModels(poor, good, labels, { draws: 4000 });
    const deceived = compareModels(four(poor), four(good), labels4, { draws: 4000 });
    const told = compareModels(four(poor), four(good), labels4, { draws: 4000, groups });
    const width = ({ interval: [low, high] }: { interval: readonly [number, number] }): number => high - low;
    expect(width(deceived.logLoss) / width(once.logLoss)).toBeCloseTo(0.5, 1);
    expect(width(told.logLoss) / width(once.logLoss)).toBeCloseTo(1, 1);
    expect(width(deceived.auc[0]) / width(once.auc[0])).toBeCloseTo(0.5, 1);
    expect(width(told.auc[0]) / width(once.auc[0])).toBeCloseTo(1, 1);
    expect(told.accuracy.p).toBeNull();
    expect(told.auc[0].difference).toBe(deceived.auc[0].difference);
  });

  test("of one row each are nearly no groups", () => {
    const single = compareModels(poor, good, labels, { groups: marks.map((_, row) => row) });
    const none = compareModels(poor, good, labels);
    expect(single.logLoss).toEqual(none.logLoss);
    expect(
      Math.abs((single.auc[0].interval[1] - none.auc[0].interval[1]) / none.auc[0].difference),
    ).toBeLessThan(0.02);
  });
});

describe("bad input", () => {
  test.each([
    [{ confidence: 0 }, "confidence must be in (0, 1), got 0"],
    [{ draws: 10 }, "draws must be a whole number ≥ 100, got 10"],
    [{ groups: [1, 2] }, "needs one group per row, got 2 for 120 rows"],
    [{ groups: marks.map(() => 1) }, "needs two groups or more, got 1"],
  ])("%o", (options, message) => {
    expect(() => compareModels(poor, good, labels, options)).toThrow(
      new InputError(`compareModels: ${message}`),
    );
  });

  test("models of other rows", () => {
    expect(() => compareModels(poor, logitsOf([1, 2]), labels)).toThrow(
      new InputError("compareModels: labels must be as many as rows, 2, got 120"),
    );
  });
});
