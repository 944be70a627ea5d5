import { describe, expect, test } from "vitest";
import { breastCancer, iris } from "../../test/samples.ts";
import { matrix, tableOf, takeRows, type Row } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import type { Classifier } from "../model/index.ts";
import { createGenerator } from "../random/index.ts";
import { normalQuantile } from "../statistics/index.ts";
import { fitClassifier } from "../train/index.ts";
import { contributions, fullCovarianceOf, predictIntervals, type Explanation } from "./index.ts";

const generator = createGenerator(5);
/** A number, a number with gaps, a category with gaps, and a class that follows them. */
const rows: Row[] = Array.from({ length: 200 }, () => {
  const age = 50 + 15 * generator.normal();
  const marker = generator.uniform() < 0.2 ? null : 3 + generator.normal();
  const site = generator.uniform() < 0.1 ? null : ["arm", "leg", "trunk"][generator.below(3)];
  const z = (age - 50) / 20 + (marker ?? 2) - 3 + (site === "trunk" ? 1 : 0);
  const grade = z + generator.normal() > 0.5 ? "high" : z + 2 * generator.normal() > -1 ? "mid" : "low";
  return { age, marker, site, grade };
});
const three = fitClassifier({ rows, target: "grade" });
const two = fitClassifier({
  rows: rows.map((row) => ({ ...row, grade: row["grade"] === "high" ? "high" : "other" })),
  target: "grade",
});

const cases: Row[] = [
  rows[0],
  rows[7],
  { age: 61, marker: null, site: "leg" },
  { age: 35, marker: 4, site: null },
  { age: 80, marker: null, site: null },
  { age: 50, marker: 3, site: "face" }, // no training row had one
];

const sumOf = ({ baseline, contributions: parts }: Explanation): number =>
  parts.reduce((sum, { logOdds }) => sum + logOdds, baseline.logOdds);

/** ln of the odds between two classes, or of one against the geometric mean of all. */
function logitIn(model: Classifier, row: Row, name: string, against: string | null): number {
  const values = [...model.logits(tableOf([row])).values];
  const place = (wanted: string): number => values[model.classes.indexOf(wanted)];
  const mean = values.reduce((sum, z) => sum + z, 0) / values.length;
  return place(name) - (against === null ? mean : place(against));
}

describe("the parts add up to the logit, to 1e-12", () => {
  test.each(cases)("of three classes, each against each and against all: %o", async (row) => {
    const model = await three;
    for (const name of model.classes)
      for (const against of [undefined, ...model.classes.filter((other) => other !== name)]) {
        const found = contributions(model, tableOf([row]), { class: name, against });
        expect(found).toMatchObject({ class: name, against: against ?? null });
        expect(found.contributions.map(({ column }) => column)).toEqual(["age", "marker", "site"]);
        expect(Math.abs(sumOf(found) - found.logit)).toBeLessThan(1e-14 * Math.max(1, Math.abs(found.logit)));
        expect(Math.abs(found.logit - logitIn(model, row, name, against ?? null))).toBeLessThan(1e-12);
      }
  });

  test.each(cases)("of two classes, one against the other: %o", async (row) => {
    const model = await two;
    for (const [name, other] of [
      ["high", "other"],
      ["other", "high"],
    ]) {
      // prettier-ignore
      const found = contributions(model, tableOf([row]), { class: name });
      expect(found.against).toBe(other);
      expect(Math.abs(found.logit - logitIn(model, row, name, other))).toBeLessThan(1e-12);
      const p = model.probabilities(row);
      expect(found.logit).toBeCloseTo(Math.log(p[name] / p[other]), 10);
    }
  });

  test("of bytes with float32 weights, to float32", async () => {
    const values = Uint8Array.from({ length: 400 }, () => generator.below(256));
    const labels = { classes: ["a", "b"], indices: Int32Array.from({ length: 100 }, (_, i) => i % 2) };
    const model = await fitClassifier({ features: matrix(values, 100, 4), labels }, { scaling: 255 });
    const row = matrix(values.subarray(0, 4), 1, 4);
    const [a, b] = model.logits(row).values;
    expect(contributions(model, row, { class: "b" }).logit).toBeCloseTo(b - a, 5);
  });
});

test("a number at its mean and a category that nobody knows contribute 0; so does a missing number but for its flag", async () => {
  const model = await three;
  const ages = rows.map((row) => Number(row["age"]));
  const age = ages.reduce((sum, value) => sum + value, 0) / ages.length;
  const found = contributions(model, tableOf([{ age, marker: 3, site: "face" }]), { class: "high" });
  expect(found.contributions[0].logOdds).toBeCloseTo(0, 12);
  expect(found.contributions[2]).toMatchObject({ logOdds: 0, interval: [0, 0] });
  const flag = model.features.columns.indexOf("marker is missing");
  const missing = contributions(model, tableOf([{ age, marker: null, site: "face" }]), {
    class: "high",
    against: "low",
  });
  const width = model.features.columns.length;
  const [{ weights }] = model.layers;
  expect(missing.contributions[1].logOdds).toBeCloseTo(weights[flag] - weights[width + flag], 12);
});

test("the most probable class is explained unless one is named", async () => {
  const model = await three;
  for (const row of cases) {
    const p = Object.entries(model.probabilities(row)).toSorted((a, b) => b[1] - a[1]);
    expect(contributions(model, tableOf([row])).class).toBe(p[0][0]);
  }
});

describe("intervals", () => {
  test("of one column alone is its coefficient's, times the feature", async () => {
    const { features, labels } = breastCancer();
    const model = await fitClassifier({ features, labels });
    const row = takeRows(features, Uint32Array.of(17));
    const x = model.encode(row).values;
    const size = 31;
    const found = contributions(model, row, { class: "benign", confidence: 0.9 });
    const covariance = fullCovarianceOf(model.inference) ?? new Float64Array();
    found.contributions.forEach(({ logOdds, interval }, j) => {
      const half = normalQuantile(0.95) * Math.abs(x[j]) * Math.sqrt(covariance[j * size + j]);
      expect(logOdds).toBeCloseTo(x[j] * model.layers[0].weights[j], 12);
      expect(interval?.[0]).toBeCloseTo(logOdds - half, 10);
      expect(interval?.[1]).toBeCloseTo(logOdds + half, 10);
    });
  });

  test("of the baseline is that of the probability of a row at all means", async () => {
    // Every feature is 0 there, so the baseline is all of the logit.
    const { features, labels } = iris();
    const data = {
      features,
      labels: { classes: ["other", "versicolor"], indices: labels.indices.map((k) => k % 2) },
    };
    const model = await fitClassifier(data);
    const { center } =
      model.features.scaling.kind === "columns" ? model.features.scaling : { center: new Float64Array(4) };
    const row = matrix(center.slice(), 1, 4);
    const { low, high } = predictIntervals(model, row);
    const { baseline } = contributions(model, row, { class: "versicolor" });
    expect(1 / (1 + Math.exp(-(baseline.interval?.[0] ?? NaN)))).toBeCloseTo(low[1], 12);
    expect(1 / (1 + Math.exp(-(baseline.interval?.[1] ?? NaN)))).toBeCloseTo(high[1], 12);
  });

  test("there are none without a covariance", async () => {
    const model = await fitClassifier({ rows, target: "grade" }, { covariance: "none" });
    const { baseline, contributions: parts } = contributions(model, tableOf([rows[0]]));
    expect([baseline, ...parts].every(({ interval }) => interval === null)).toBe(true);
  });
});

test("without a penalty the first category of a column is the reference of the others, and contributes exactly 0", async () => {
  const full = rows.filter((row) => row["site"] !== null && row["marker"] !== null);
  const model = await fitClassifier({ rows: full, target: "grade" }, { l2: 0 });
  for (const row of full.filter(({ site }) => site === "arm").slice(0, 3)) {
    const found = contributions(model, tableOf([row]), { class: "high", against: "low" });
    expect(found.contributions[2]).toMatchObject({ logOdds: 0, interval: [0, 0] });
    expect(Math.abs(sumOf(found) - logitIn(model, row, "high", "low"))).toBeLessThan(1e-12);
  }
});

test("refuses several rows, unknown classes, a class against itself, and what is no confidence", async () => {
  const model = await three;
  const row = tableOf([rows[0]]);
  expect(() => contributions(model, tableOf(rows.slice(0, 2)))).toThrow(
    new InputError("contributions: expected one row, got 2"),
  );
  expect(() => contributions(model, row, { class: "none" })).toThrow(
    new InputError('contributions: there is no class "none"; the classes are high, low, mid'),
  );
  expect(() => contributions(model, row, { class: "low", against: "low" })).toThrow(
    new InputError('contributions: "low" cannot be held against itself'),
  );
  expect(() => contributions(model, row, { confidence: 0 })).toThrow(
    new InputError("contributions: confidence must be in (0, 1), got 0"),
  );
});
