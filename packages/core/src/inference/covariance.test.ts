import { describe, expect, test } from "vitest";
import reference from "../../test/references/inference.json" with { type: "json" };
import { scaledGap } from "../../test/gaps.ts";
import { dataOf, drawRows, iris } from "../../test/samples.ts";
import { InputError } from "../errors/index.ts";
import type { Classifier } from "../model/index.ts";
import { fitClassifier, type FitOptions, type MatrixData } from "../train/index.ts";
import { fullCovarianceOf } from "./index.ts";

const { ridge, spector } = reference;
const spectorData = dataOf(spector.values, 3, spector.labels);

const covarianceIn = ({ inference }: Classifier): number[] => [...(fullCovarianceOf(inference) ?? [])];

describe("iris with a ridge, in three classes", () => {
  test.each([
    ["laplace", "H_λ⁻¹", ridge.laplace],
    ["sandwich", "H_λ⁻¹ H H_λ⁻¹", ridge.sandwich],
    ["robust", "H_λ⁻¹ B H_λ⁻¹", ridge.robust],
  ] as const)(
    "%s is %s of the whole Hessian, turned into contrasts, to 1e-8",
    async (covariance, _, expected) => {
      const model = await fitClassifier(iris(), {
        covariance,
        scaling: 1,
        penaltyUnits: "original",
        tolerance: 1e-12,
      });
      expect(model.inference?.covariance.kind).toBe(covariance);
      expect(scaledGap(covarianceIn(model), expected)).toBeLessThan(1e-8);
      expect(model.training.optimum?.degreesOfFreedom).toBeCloseTo(ridge.degreesOfFreedom, 8);
    },
  );

  test("is laplace unless asked otherwise, wald without a penalty, robust with class weights", async () => {
    const { inference } = await fitClassifier(iris());
    expect(inference?.covariance.kind).toBe("laplace");
    const free = await fitClassifier(spectorData, { l2: 0 });
    expect(free.inference?.covariance.kind).toBe("wald");
    const weighted = await fitClassifier(spectorData, { classWeights: "balanced" });
    expect(weighted.inference?.covariance.kind).toBe("robust");
  });
});

test("without a penalty wald, laplace and sandwich are one", async () => {
  const [wald, laplace, sandwich] = await Promise.all(
    (["wald", "laplace", "sandwich"] as const).map((covariance) =>
      fitClassifier(spectorData, { l2: 0, covariance }),
    ),
  );
  expect(scaledGap(covarianceIn(laplace), covarianceIn(wald))).toBeLessThan(1e-15);
  expect(scaledGap(covarianceIn(sandwich), covarianceIn(wald))).toBeLessThan(1e-12);
});

describe("rows that come twice", () => {
  const twice = (data: MatrixData): MatrixData => ({
    ...dataOf([...data.features.values, ...data.features.values], 3, [...spector.labels, ...spector.labels]),
    groups: spector.labels.flatMap((_, row) => row).concat(spector.labels.map((_, row) => row)),
  });
  const options: FitOptions = { l2: 0, tolerance: 1e-12 };

  test("are the same optimum and Wald covariance as rows of weight 2, to 1e-12", async () => {
    const doubled = await fitClassifier(twice(spectorData), options);
    const weighted = await fitClassifier(
      { ...spectorData, sampleWeights: spector.labels.map(() => 2) },
      options,
    );
    expect(scaledGap([...weighted.layers[0].weights], [...doubled.layers[0].weights])).toBeLessThan(1e-12);
    expect(scaledGap(covarianceIn(weighted), covarianceIn(doubled))).toBeLessThan(1e-12);
  });

  test("are so with a ridge in original units as well", async () => {
    const withRidge = { ...options, l2: 3, penaltyUnits: "original", scaling: 1 } as const;
    const doubled = await fitClassifier(twice(spectorData), withRidge);
    const weighted = await fitClassifier(
      { ...spectorData, sampleWeights: spector.labels.map(() => 2) },
      withRidge,
    );
    expect(scaledGap([...weighted.layers[0].weights], [...doubled.layers[0].weights])).toBeLessThan(1e-11);
    expect(scaledGap(covarianceIn(weighted), covarianceIn(doubled))).toBeLessThan(1e-11);
  });

  test("deceive wald and robust by half, and cluster not at all but for G / (G − 1)", async () => {
    const single = await fitClassifier(spectorData, { ...options, covariance: "robust" });
    const robust = await fitClassifier(twice(spectorData), { ...options, covariance: "robust" });
    expect(
      scaledGap(
        covarianceIn(robust),
        covarianceIn(single).map((v) => v / 2),
      ),
    ).toBeLessThan(1e-10);
    const cluster = await fitClassifier(twice(spectorData), { ...options, covariance: "cluster" });
    expect(
      scaledGap(
        covarianceIn(cluster),
        covarianceIn(single).map((v) => (v * 32) / 31),
      ),
    ).toBeLessThan(1e-10);
  });

  test("robust takes a weight of 2 for one row whose score is doubled", async () => {
    const single = await fitClassifier(spectorData, { ...options, covariance: "robust" });
    const weighted = await fitClassifier(
      { ...spectorData, sampleWeights: spector.labels.map(() => 2) },
      { ...options, covariance: "robust" },
    );
    expect(scaledGap(covarianceIn(weighted), covarianceIn(single))).toBeLessThan(1e-10);
  });
});

test("rows of weight 0 count for nothing, nor do their groups", async () => {
  const more = dataOf([...spector.values, 9, 9, 9, -9, 9, 9], 3, [...spector.labels, 0, 1]);
  const options: FitOptions = { l2: 0, tolerance: 1e-12, covariance: "cluster", scaling: 1 };
  const without = await fitClassifier({ ...spectorData, groups: spector.groups }, options);
  const sampleWeights = [...spector.labels.map(() => 1), 0, 0];
  const found = await fitClassifier({ ...more, sampleWeights, groups: [...spector.groups, 98, 99] }, options);
  expect(scaledGap(covarianceIn(found), covarianceIn(without))).toBeLessThan(1e-9);
});

test("the order of rows and the names of groups change nothing but rounding", async () => {
  const order = [...spector.labels.keys()].toSorted((a, b) => ((a * 7) % 32) - ((b * 7) % 32));
  const shuffled = dataOf(
    order.flatMap((row) => spector.values.slice(3 * row, 3 * row + 3)),
    3,
    order.map((row) => spector.labels[row]),
  );
  const options: FitOptions = { l2: 0.5, covariance: "cluster" };
  const a = await fitClassifier({ ...spectorData, groups: spector.groups }, options);
  const groups = order.map((row) => 2 ** 40 - spector.groups[row]);
  expect(
    scaledGap(covarianceIn(await fitClassifier({ ...shuffled, groups }, options)), covarianceIn(a)),
  ).toBeLessThan(1e-9);
});

describe("what cannot be had is said", () => {
  const twin = dataOf(
    spector.labels.flatMap((_, row) => [spector.values[3 * row], spector.values[3 * row]]),
    2,
    spector.labels,
  );

  test("with a tiny penalty on two equal columns: no covariance by itself, a sentence when asked", async () => {
    const model = await fitClassifier(twin, { l2: 1e-13 });
    expect(model.inference).toBeNull();
    await expect(fitClassifier(twin, { l2: 1e-13, covariance: "laplace" })).rejects.toThrow(
      new InputError(
        'fitClassifier: covariance: laplace cannot be had: column "1" depends on other columns, or the rows are all sure of their classes; a penalty (l2 above 0), or a stronger one, helps against both',
      ),
    );
  });

  test.each([
    [
      { covariance: "wald" },
      "fitClassifier: covariance: wald is for fits without a penalty, got l2 1; laplace and sandwich are for one with a penalty, and say two different things",
    ],
    [
      { covariance: "wald", chooseL2: "minimum" },
      "fitClassifier: covariance: wald is for fits without a penalty, got l2 to be chosen; laplace and sandwich are for one with a penalty, and say two different things",
    ],
    [{ covariance: "cluster" }, "fitClassifier: covariance: cluster needs the group of each row"],
    [
      { covariance: "laplace", l1Ratio: 0.5 },
      "fitClassifier: covariance: weights that a penalty on |w| has chosen have no laplace covariance; refit the chosen columns with l1Ratio 0, or leave it out",
    ],
    [
      { covariance: "sandwich", solver: "sgd" },
      "fitClassifier: minibatch training ends near the optimum, not at it, and has no sandwich covariance; take an exact solver",
    ],
  ] as const)("%o", async (options, message) => {
    await expect(fitClassifier(spectorData, options)).rejects.toThrow(new InputError(message));
  });

  test("an unknown kind, one group, groups that are none", async () => {
    const options = { covariance: "cluster" } as const;
    const groups = spector.labels.map(() => 4);
    await expect(fitClassifier({ ...spectorData, groups }, options)).rejects.toThrow(
      new InputError("fitClassifier: covariance: cluster needs two groups or more, all rows are of one"),
    );
    await expect(fitClassifier({ ...spectorData, groups: groups.with(5, NaN) }, options)).rejects.toThrow(
      new InputError("fitClassifier: groups must be whole numbers, got NaN at row 5"),
    );
    await expect(fitClassifier({ ...spectorData, groups: [1, 2] }, options)).rejects.toThrow(
      new InputError("fitClassifier: needs one group per row, got 2 for 32 rows"),
    );
    const unknown: FitOptions = JSON.parse('{ "covariance": "hessian" }');
    await expect(fitClassifier(spectorData, unknown)).rejects.toThrow(
      new InputError(
        "fitClassifier: covariance must be auto, wald, laplace, sandwich, robust, cluster, none, got hessian",
      ),
    );
  });

  test("more coefficients than a covariance has room for", async () => {
    const wide = { ...drawRows(20, [Array(5100).fill(0), Array(5100).fill(0)], 1) };
    await expect(fitClassifier(wide, { covariance: "laplace" })).rejects.toThrow(
      "fitClassifier: covariance: 5100 coefficients have a covariance of 0.2 GB; at most 5000 are taken",
    );
  });

  test("a run that was stopped is not at the optimum, and has none", async () => {
    const model = await fitClassifier(iris(), { signal: { aborted: true } });
    expect(model.training.status).toBe("budget");
    expect(model.inference).toBeNull();
  });
});
