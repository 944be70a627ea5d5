import { expect, test } from "vitest";
import references from "../../test/references/decisions.json" with { type: "json" };
import type { Labels, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { sigmoid } from "../functions/index.ts";
import { decisionCurve } from "./decision-curve.ts";

function rowsOf(events: readonly number[], labels: readonly number[]): [Probabilities, Labels] {
  const values = Float64Array.from(events.flatMap((p) => [1 - p, p]));
  return [
    { rows: events.length, columns: 2, values, unit: "probabilities" },
    { classes: ["benign", "malignant"], indices: Int32Array.from(labels) },
  ];
}

const { logOdds, labels, points } = references.breastCancer;
const cancer = rowsOf(logOdds.map(sigmoid), labels);

test("four rows by hand: one hit and one false alarm at ¼ are worth ¼ − ¼ · ⅓", () => {
  const [point] = decisionCurve(...rowsOf([0.9, 0.25, 0.2, 0.1], [1, 0, 1, 0]), {
    thresholds: [0.25],
  }).points;
  expect(point.netBenefit).toBeCloseTo(1 / 4 - 1 / 12, 15);
  expect(point.treatAll).toBeCloseTo(1 / 2 - 1 / 6, 15);
  expect(point.gain).toBeCloseTo(1 / 6 - 1 / 3, 15);
  expect(point.standardized).toBeCloseTo(1 / 3, 15);
  expect(point.netReduction).toBeCloseTo(-1 / 2, 15);
});

test("breast cancer at .05, .2 and .5: NumPy's figures, and those of the methods page", () => {
  const curve = decisionCurve(...cancer, { thresholds: [0.05, 0.2, 0.5], positive: "malignant" });
  for (const [i, point] of curve.points.entries()) {
    expect(point.netBenefit).toBeCloseTo(points[i].netBenefit, 14);
    expect(point.treatAll).toBeCloseTo(points[i].treatAll, 14);
    expect(point.standardized).toBeCloseTo(points[i].standardized, 13);
    expect(point.netReduction).toBeCloseTo(points[i].netReduction, 13);
  }
  expect(curve.points.map(({ netBenefit }) => netBenefit.toFixed(6))).toEqual([
    "0.346260",
    "0.324561",
    "0.315789",
  ]);
  expect(curve.points.map(({ treatAll }) => treatAll.toFixed(6))).toEqual([
    "0.316713",
    "0.188596",
    "-0.298246",
  ]);
});

test("bands hold the curve, are the same for the same seed, and are as wide as the binomial law has it", () => {
  const curve = decisionCurve(...cancer, { seed: 5 });
  expect(curve.points.length).toBe(99);
  for (const { netBenefit, interval, gain, gainInterval } of curve.points) {
    expect(interval[0]).toBeLessThanOrEqual(netBenefit);
    expect(interval[1]).toBeGreaterThanOrEqual(netBenefit);
    expect(gainInterval[0]).toBeLessThanOrEqual(gain + 1e-12);
    expect(gainInterval[1]).toBeGreaterThanOrEqual(gain - 1e-12);
  }
  expect(decisionCurve(...cancer, { seed: 5 })).toEqual(curve);
  // At ½ no row is a false alarm: the net benefit is a share, with error √(p(1 − p)/n).
  const [half] = decisionCurve(...cancer, { thresholds: [0.5], draws: 20_000 }).points;
  const error = Math.sqrt((half.netBenefit * (1 - half.netBenefit)) / 114);
  expect((half.interval[1] - half.interval[0]) / (2 * 1.96 * error)).toBeCloseTo(1, 1);
});

test("without events nothing is gained by treating, and nothing can be standardized", () => {
  const [point] = decisionCurve(...rowsOf([0.9, 0.1], [0, 0]), { thresholds: [0.5] }).points;
  expect(point).toMatchObject({ netBenefit: -0.5, treatAll: -1, gain: -0.5, standardized: null });
});

test("bad input is refused in one sentence", () => {
  expect(() => decisionCurve(...cancer, { thresholds: [0.5, 1] })).toThrow(
    new InputError("decisionCurve: thresholds must be in (0, 1), got 1"),
  );
  expect(() => decisionCurve(...cancer, { positive: "ill" })).toThrow(
    new InputError('decisionCurve: there is no class "ill" (benign, malignant)'),
  );
});
