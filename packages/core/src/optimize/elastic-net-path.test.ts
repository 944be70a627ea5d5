import { describe, expect, test } from "vitest";
import reference from "../../test/references/glmnet.json" with { type: "json" };
import { breastCancer, iris } from "../../test/samples.ts";
import { InputError } from "../errors/index.ts";
import { momentsOf } from "../features/index.ts";
import { fitClassifier, type MatrixData } from "../train/index.ts";
import { chooseLambda, fitElasticNetPath, openElasticNet, type ElasticNetData } from "./index.ts";

function netData({ features, labels }: MatrixData, outputs: number): ElasticNetData {
  const { columns, values } = features;
  const { center, deviation } = momentsOf(features);
  const ones = new Float64Array(columns).fill(1);
  return {
    values: Float64Array.from(values, (x, at) => (x - center[at % columns]) / deviation[at % columns]),
    columns,
    labels: labels.indices,
    outputs,
    sampleWeights: null,
    l1Factors: ones,
    l2Factors: ones,
  };
}

const cancer = netData(breastCancer(), 1);
const { labels } = breastCancer();

describe("a path", () => {
  test("goes from the largest λ down, evenly on the logarithmic scale, and explains more and more", () => {
    const fits = fitElasticNetPath(netData(iris(), 3), 1, { count: 40 });
    expect(fits[0].lambda / 150).toBeCloseTo(reference.iris.largestLambda, 10);
    expect(fits[0].nonzeros).toBe(0);
    const step = fits[1].lambda / fits[0].lambda;
    fits.slice(1).forEach((fit, i) => {
      expect(fit.lambda / fits[i].lambda).toBeCloseTo(step, 12);
      expect(fit.devianceRatio).toBeGreaterThan(fits[i].devianceRatio);
    });
    expect(step ** 39).toBeCloseTo(1e-4, 10);
  });

  test("ends where nearly all deviance is explained", () => {
    const fits = fitElasticNetPath(netData(iris(), 3), 1, { mostExplained: 0.9 });
    expect(fits.at(-1)?.devianceRatio).toBeGreaterThan(0.9);
    expect(fits.at(-2)?.devianceRatio).toBeLessThanOrEqual(0.9);
  });

  test("each fit is the one that a fresh start finds", () => {
    const lambdas = [50, 20, 8, 3];
    const fits = fitElasticNetPath(cancer, 0.5, { lambdas, tolerance: 1e-11 });
    fits.forEach((fit, i) => {
      const fresh = openElasticNet(cancer, 0.5, { tolerance: 1e-11 }).fit(lambdas[i]);
      expect(Math.abs(fit.objective - fresh.objective)).toBeLessThan(2e-11 * fresh.objective);
    });
  });
});

describe("λ by cross-validation", () => {
  test("is cv.glmnet's, both the minimum and that of one standard error, with the same folds", () => {
    const { lambdas, logLoss, standardError, minimum, oneStandardError } = reference.choice;
    const foldOfRow = Uint8Array.from({ length: 569 }, (_, row) => row % 7);
    const options = { lambdas: lambdas.map((lambda) => 569 * lambda), folds: 7, foldOfRow };
    const found = chooseLambda(cancer, 1, labels, { ...options, rule: "minimum" });
    // cv.glmnet cuts probabilities at 1e-5, which weak penalties feel.
    found.path.forEach((point, i) => {
      if (lambdas[i] < 1e-3) return;
      expect(Math.abs(point.logLoss / logLoss[i] - 1)).toBeLessThan(1e-4);
      expect(Math.abs(point.standardError / standardError[i] - 1)).toBeLessThan(1e-3);
    });
    expect(found.minimum / 569).toBeCloseTo(minimum, 12);
    expect(found.oneStandardError / 569).toBeCloseTo(oneStandardError, 12);
    expect(found.lambda).toBe(found.minimum);
    expect(chooseLambda(cancer, 1, labels, options).lambda).toBe(found.oneStandardError);
  });

  test("is reproducible from its seed, and another seed draws other folds", () => {
    const choose = (seed: number) => chooseLambda(cancer, 1, labels, { folds: 4, count: 12, seed });
    expect(choose(1)).toEqual(choose(1));
    expect(choose(1).path).not.toEqual(choose(2).path);
  });

  test("reaches the model: λ, the path and the rule are in its record", async () => {
    const model = await fitClassifier(breastCancer(), {
      chooseL2: "one-standard-error",
      l1Ratio: 1,
      chooseFolds: 5,
    });
    const { options } = model.training;
    expect(options.solver).toBe("coordinate-descent");
    const { l2 = NaN, choice = null } = "choice" in options ? options : {};
    expect(l2).toBe(choice?.oneStandardError);
    expect(choice?.minimum).toBeLessThanOrEqual(l2);
    const ridge = await fitClassifier(breastCancer(), { chooseL2: "minimum", chooseFolds: 5 });
    expect(ridge.training.options).toMatchObject({ solver: "newton", l1Ratio: 0 });
    expect(ridge.inference?.covariance.kind).toBe("laplace");
  });

  test("a class that some fold has all of is refused", () => {
    const rare = { ...labels, classes: ["malignant", "benign", "odd"], indices: labels.indices.with(3, 2) };
    expect(() =>
      chooseLambda({ ...cancer, labels: rare.indices, outputs: 3 }, 1, rare, { folds: 5 }),
    ).toThrow(
      new InputError(
        'chooseLambda: without one of the folds no row of class "odd" is left to learn from; take fewer folds, or leave the class out',
      ),
    );
  });

  test("groups stay whole: with rows that come twice, one of a pair never helps the other", () => {
    const groups = Array.from({ length: 569 }, (_, row) => row >> 1);
    const twins = {
      ...cancer,
      values: cancer.values.map((_, at) => cancer.values[at - (Math.floor(at / 30) % 2) * 30]),
      labels: cancer.labels.map((_, row) => cancer.labels[row - (row % 2)]),
    };
    const own = { ...labels, indices: twins.labels };
    const options = { folds: 5, count: 30, rule: "minimum" } as const;
    const apart = chooseLambda(twins, 1, own, options);
    const whole = chooseLambda(twins, 1, own, { ...options, groups });
    const least = (path: typeof whole.path): number => Math.min(...path.map(({ logLoss }) => logLoss));
    expect(least(apart.path)).toBeLessThan(least(whole.path));
  });
});
