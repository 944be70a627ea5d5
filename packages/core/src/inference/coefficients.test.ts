import { describe, expect, test } from "vitest";
import reference from "../../test/references/inference.json" with { type: "json" };
import { relativeGap } from "../../test/gaps.ts";
import { dataOf } from "../../test/samples.ts";
import { InputError } from "../errors/index.ts";
import { fitClassifier, type FitOptions } from "../train/index.ts";
import { coefficients, fitSummary, type Coefficient } from "./index.ts";

const { spector, nes } = reference;
const spectorData = { ...dataOf(spector.values, 3, spector.labels), columns: spector.columns };
const nesData = { ...dataOf(nes.values, 4, nes.labels), columns: nes.columns };
const precise: FitOptions = { l2: 0, tolerance: 1e-12 };

const errorsOf = (found: readonly Coefficient[]): number[] =>
  found.map(({ standardError }) => standardError ?? NaN);

describe.each([
  ["Spector's 32 students, two classes, by the sigmoid head", spectorData, spector.fit, "sigmoid"],
  ["the same by the softmax head", spectorData, spector.fit, "softmax"],
  ["944 voters of 1996 in four classes", nesData, nes.fit, "softmax"],
] as const)("%s", (_title, data, fit, head) => {
  const model = fitClassifier(data, { ...precise, head });

  test("coefficients, standard errors, z and p are those of statsmodels, to 1e-9", async () => {
    const found = coefficients(await model);
    expect(
      relativeGap(
        found.map(({ estimate }) => estimate),
        fit.coefficients,
      ),
    ).toBeLessThan(1e-9);
    expect(relativeGap(errorsOf(found), fit.standardErrors)).toBeLessThan(1e-9);
    expect(
      relativeGap(
        found.map(({ z }) => z ?? NaN),
        fit.z,
      ),
    ).toBeLessThan(1e-9);
    expect(
      relativeGap(
        found.map(({ p }) => p ?? NaN),
        fit.p,
      ),
    ).toBeLessThan(1e-8);
    expect(
      relativeGap(
        found.map(({ interval }) => interval?.[0] ?? NaN),
        fit.low,
      ),
    ).toBeLessThan(1e-9);
    expect(
      relativeGap(
        found.map(({ interval }) => interval?.[1] ?? NaN),
        fit.high,
      ),
    ).toBeLessThan(1e-9);
  });

  test("log-likelihood, AIC, BIC and McFadden's R² too, to 1e-11 (the null one to 1e-9)", async () => {
    const summary = fitSummary(await model);
    expect(summary).not.toBeNull();
    if (summary === null) return;
    const { logLikelihood, nullLogLikelihood, aic, bic, mcFaddenR2, likelihoodRatio } = summary;
    expect(
      relativeGap([logLikelihood, aic ?? NaN, bic ?? NaN], [fit.logLikelihood, fit.aic, fit.bic]),
    ).toBeLessThan(1e-11);
    // statsmodels finds the null model by iterations of its own.
    expect(relativeGap([nullLogLikelihood, mcFaddenR2], [fit.nullLogLikelihood, fit.mcFadden])).toBeLessThan(
      1e-9,
    );
    expect(Math.abs((likelihoodRatio?.p ?? NaN) / fit.likelihoodRatioP - 1)).toBeLessThan(1e-6);
    expect(summary.degreesOfFreedom).toBeCloseTo(fit.coefficients.length, 9);
  });

  test("the optimum says that it has no penalty to prove a bound with, and how near it is", async () => {
    const { status, optimum } = (await model).training;
    expect(status).toBe("gradient");
    expect(optimum).toMatchObject({ gap: null });
    expect(optimum?.decrement).toBeLessThan(1e-12);
  });
});

test("each coefficient is named: class, reference, column, the intercept first", async () => {
  const found = coefficients(await fitClassifier(nesData, precise));
  expect(found.slice(0, 6).map(({ class: name, reference: to, column }) => [name, to, column])).toEqual([
    ["1", "0", "(intercept)"],
    ["1", "0", "selfLR"],
    ["1", "0", "age"],
    ["1", "0", "educ"],
    ["1", "0", "income"],
    ["2", "0", "(intercept)"],
  ]);
  for (const { estimate, oddsRatio, interval, oddsRatioInterval } of found) {
    expect(oddsRatio).toBeCloseTo(Math.exp(estimate), 12);
    expect(Math.log(oddsRatioInterval?.[0] ?? NaN)).toBeCloseTo(interval?.[0] ?? NaN, 12);
  }
});

test("robust (HC0) and clustered standard errors are those of statsmodels, to 1e-9", async () => {
  const robust = await fitClassifier(spectorData, { ...precise, covariance: "robust" });
  expect(relativeGap(errorsOf(coefficients(robust)), spector.robust)).toBeLessThan(1e-9);
  const cluster = await fitClassifier(
    { ...spectorData, groups: spector.groups },
    { ...precise, covariance: "cluster" },
  );
  expect(relativeGap(errorsOf(coefficients(cluster)), spector.cluster)).toBeLessThan(1e-9);
});

test("weights count as so many rows: coefficients and Wald's errors are those of frequency weights, to 1e-9", async () => {
  const model = await fitClassifier({ ...spectorData, sampleWeights: spector.sampleWeights }, precise);
  const found = coefficients(model);
  expect(
    relativeGap(
      found.map(({ estimate }) => estimate),
      spector.weighted.coefficients,
    ),
  ).toBeLessThan(1e-9);
  expect(relativeGap(errorsOf(found), spector.weighted.standardErrors)).toBeLessThan(1e-9);
});

test("a column in other units has its coefficient in those, and the same z", async () => {
  const far = spectorData.features.values.map((x, at) => (at % 3 === 1 ? 1000 * x + 5e5 : x));
  const moved = { ...spectorData, features: { ...spectorData.features, values: far } };
  const [a, b] = [
    coefficients(await fitClassifier(spectorData, precise)),
    coefficients(await fitClassifier(moved, precise)),
  ];
  expect(b[2].estimate).toBeCloseTo(a[2].estimate / 1000, 12);
  expect(b[2].z).toBeCloseTo(a[2].z ?? NaN, 8);
  expect(b[1].estimate).toBeCloseTo(a[1].estimate, 8);
});

test("without a penalty, a column that is the same in all rows has the coefficient 0 and no error", async () => {
  const values = spector.labels.flatMap((_, row) => [...spector.values.slice(3 * row, 3 * row + 3), 7]);
  const data = dataOf(values, 4, spector.labels);
  for (const scaling of ["standardize", 1] as const) {
    const model = await fitClassifier(data, { ...precise, scaling });
    const found = coefficients(model);
    expect(found[4]).toMatchObject({ estimate: 0, standardError: null, z: null, p: null, interval: null });
    // Nothing of it is left in the intercept's error either.
    expect(relativeGap(errorsOf(found.slice(0, 4)), spector.fit.standardErrors)).toBeLessThan(1e-7);
    expect(fitSummary(model)?.degreesOfFreedom).toBeCloseTo(4, 8);
  }
});

test("models without a covariance have estimates only", async () => {
  const model = await fitClassifier(spectorData, { covariance: "none" });
  expect(coefficients(model)[1]).toMatchObject({ standardError: null, z: null, interval: null });
  const sparse = await fitClassifier(spectorData, { l1Ratio: 1 });
  expect(coefficients(sparse).every(({ standardError }) => standardError === null)).toBe(true);
});

test("with a penalty there is no likelihood ratio test, and fewer degrees of freedom", async () => {
  const summary = fitSummary(await fitClassifier(spectorData, { l2: 1 }));
  expect(summary?.likelihoodRatio).toBeNull();
  expect(summary?.degreesOfFreedom).toBeGreaterThan(1);
  expect(summary?.degreesOfFreedom).toBeLessThan(4);
});

test("minibatch training has no summary", async () => {
  expect(fitSummary(await fitClassifier(spectorData, { solver: "sgd", epochs: 1 }))).toBeNull();
});

test("confidence is in (0, 1)", async () => {
  const model = await fitClassifier(spectorData);
  expect(() => coefficients(model, { confidence: 95 })).toThrow(
    new InputError("coefficients: confidence must be in (0, 1), got 95"),
  );
});
