import { describe, expect, test } from "vitest";
import reference from "../../test/references/glmnet.json" with { type: "json" };
import { scaledGap } from "../../test/gaps.ts";
import { breastCancer, drawRows, iris, rowsWhere } from "../../test/samples.ts";
import { momentsOf } from "../features/index.ts";
import { fitClassifier, type MatrixData } from "../train/index.ts";
import { openElasticNet, type ElasticNetData } from "./index.ts";

/** Standardized features, with the penalty in their units. */
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

/** Intercept and weights of each output in the columns' own units, the intercepts with the sum 0. */
function inOwnUnits(parameters: Float64Array, { features }: MatrixData, outputs: number): number[][] {
  const { columns } = features;
  const { center, deviation } = momentsOf(features);
  const found = Array.from({ length: outputs }, (_, k) => {
    const weights = [...deviation].map((scale, j) => parameters[k * columns + j] / scale);
    const shift = weights.reduce((sum, w, j) => sum + w * center[j], 0);
    return [parameters[outputs * columns + k] - shift, ...weights];
  });
  const mean = outputs === 1 ? 0 : found.reduce((sum, [b]) => sum + b / outputs, 0);
  return found.map(([b, ...weights]) => [b - mean, ...weights]);
}

/** f at some parameters, by the book. */
function objectiveAt(
  data: ElasticNetData,
  parameters: Float64Array,
  lambda: number,
  l1Ratio: number,
): number {
  const { values, columns, labels, outputs, sampleWeights, l1Factors, l2Factors } = data;
  let sum = 0;
  labels.forEach((label, row) => {
    const z = Array.from({ length: outputs }, (_, k) => {
      let margin = parameters[outputs * columns + k];
      for (let j = 0; j < columns; j++) margin += parameters[k * columns + j] * values[row * columns + j];
      return margin;
    });
    const all = outputs === 1 ? [0, ...z] : z;
    const max = Math.max(...all);
    const total = all.reduce((odds, each) => odds + Math.exp(each - max), 0);
    sum += (sampleWeights?.[row] ?? 1) * (max + Math.log(total) - all[label]);
  });
  for (let at = 0; at < outputs * columns; at++) {
    const [w, j] = [parameters[at], at % columns];
    sum += lambda * (l1Ratio * l1Factors[j] * Math.abs(w) + ((1 - l1Ratio) / 2) * l2Factors[j] * w * w);
  }
  return sum;
}

describe("glmnet's numbers: its λ is ours / rows", () => {
  const data = netData(iris(), 3);

  test("the largest λ of iris, to 1e-12", () => {
    expect(openElasticNet(data, 1).largestLambda / 150).toBeCloseTo(reference.iris.largestLambda, 12);
    expect(reference.iris.largestLambda).toBeCloseTo(0.434995773979, 12);
  });

  test("the share of iris's deviance explained at λ = 0.2, 0.1, 0.05, 0.01, to 1e-7", () => {
    const net = openElasticNet(data, 1, { tolerance: 1e-12 });
    const shares = reference.iris.lambdas.map((lambda) => net.fit(150 * lambda).devianceRatio);
    shares.forEach((share, i) =>
      expect(Math.abs(share - reference.iris.devianceRatios[i])).toBeLessThan(1e-7),
    );
  });

  test("iris's coefficients at λ = 0.05, to 5e-7 of the largest, and the same ones 0", () => {
    const { parameters, nonzeros } = openElasticNet(data, 1, { tolerance: 1e-13 }).fit(7.5);
    const found = inOwnUnits(parameters, iris(), 3).flat();
    expect(scaledGap(found, reference.iris.coefficients)).toBeLessThan(5e-7);
    expect(found.map((value) => value === 0)).toEqual(
      reference.iris.coefficients.map((value) => value === 0),
    );
    expect(nonzeros).toBe(4);
  });

  test("the last digits are ours: f at glmnet's coefficients of iris is higher, by no more than its tolerance", () => {
    const { objective, gradientNorm } = openElasticNet(data, 1, { tolerance: 1e-13 }).fit(7.5);
    const { center, deviation } = momentsOf(iris().features);
    const theirs = new Float64Array(15);
    for (let k = 0; k < 3; k++) {
      theirs[12 + k] = reference.iris.coefficients[5 * k];
      for (let j = 0; j < 4; j++) {
        const w = reference.iris.coefficients[5 * k + 1 + j];
        theirs[4 * k + j] = w * deviation[j];
        theirs[12 + k] += w * center[j];
      }
    }
    const excess = objectiveAt(data, theirs, 7.5, 1) - objective;
    expect(excess).toBeGreaterThan(1e-13);
    expect(excess).toBeLessThan(1e-10);
    expect(gradientNorm).toBeLessThan(1e-12);
  });

  test.each(reference.cancer)(
    "breast cancer, α = $alpha, λ = $lambda, to 1e-5 of the largest, the same ones 0",
    (known) => {
      const { alpha, lambda, largestLambda, coefficients } = known;
      const sample = breastCancer();
      const net = openElasticNet(netData(sample, 1), alpha, { tolerance: 1e-13 });
      expect(net.largestLambda / 569).toBeCloseTo(largestLambda, 12);
      const fit = net.fit(569 * lambda);
      const [found] = inOwnUnits(fit.parameters, sample, 1);
      expect(scaledGap(found, coefficients)).toBeLessThan(1e-5);
      expect(found.map((value) => value === 0)).toEqual(coefficients.map((value) => value === 0));
      expect(fit.nonzeros).toBe(coefficients.slice(1).filter((value) => value !== 0).length);
    },
  );
});

describe("the gap", () => {
  const cases = [
    ["lasso, two classes", netData(breastCancer(), 1), 1],
    ["elastic net, two classes", netData(breastCancer(), 1), 0.5],
    ["nearly a lasso", netData(breastCancer(), 1), 0.9999],
    ["ridge", netData(breastCancer(), 1), 0],
    ["lasso, three classes", netData(iris(), 3), 1],
    ["elastic net, three classes", netData(iris(), 3), 0.3],
  ] as const;

  test.each(cases)("is never below the true distance, whenever one stops: %s", (_, data, l1Ratio) => {
    const lambda = 3;
    const best = openElasticNet(data, l1Ratio, { tolerance: 1e-13 }).fit(lambda);
    for (const maxRounds of [0, 1, 2, 3, 5]) {
      const { objective, gap, rounds } = openElasticNet(data, l1Ratio, { maxRounds }).fit(lambda);
      expect(objective - best.objective).toBeLessThanOrEqual(gap * (1 + 1e-9) + 1e-11 * best.objective);
      expect(rounds).toBeLessThanOrEqual(maxRounds);
    }
  });

  test.each(cases)("reaches 1e-11 of f, and f is what it says: %s", (_, data, l1Ratio) => {
    for (const lambda of [30, 3, 0.3]) {
      const fit = openElasticNet(data, l1Ratio, { tolerance: 1e-11 }).fit(lambda);
      expect(fit.status).toBe("certified");
      expect(fit.gap).toBeLessThanOrEqual(1e-11 * fit.objective);
      expect(fit.objective).toBeCloseTo(objectiveAt(data, fit.parameters, lambda, l1Ratio), 9);
      expect(fit.gradientNorm).toBeLessThan(1e-2 * lambda);
    }
  });

  test("a tolerance that float64 does not have ends as stalled, not never", () => {
    const fit = openElasticNet(netData(iris(), 3), 0.5, { tolerance: 1e-300 }).fit(1);
    expect(["stalled", "certified"]).toContain(fit.status);
    expect(fit.rounds).toBeLessThan(200);
    expect(fit.gap).toBeLessThan(1e-12 * fit.objective);
  });
});

test("no step to a neighbor makes f smaller", () => {
  const data = netData(iris(), 3);
  const { parameters, objective } = openElasticNet(data, 0.7, { tolerance: 1e-13 }).fit(2);
  for (let at = 0; at < parameters.length; at++)
    for (const by of [-1e-3, 1e-3])
      expect(objectiveAt(data, parameters.with(at, parameters[at] + by), 2, 0.7)).toBeGreaterThan(objective);
});

test("ridge by coordinate descent is ridge by Newton, to 1e-6", async () => {
  const train = rowsWhere(breastCancer(), (row) => row % 5 > 0);
  const { parameters } = openElasticNet(netData(train, 1), 0, { tolerance: 1e-14 }).fit(1);
  const [{ weights, bias }] = (await fitClassifier(train, { l2: 1, tolerance: 1e-12 })).layers;
  weights.forEach((w, j) => expect(Math.abs(w - parameters[j])).toBeLessThan(1e-6));
  expect(bias[0]).toBeCloseTo(parameters[30], 6);
});

test("at the largest λ all weights are 0, just below it one is not", () => {
  for (const [data, l1Ratio] of [
    [netData(breastCancer(), 1), 1],
    [netData(iris(), 3), 0.5],
  ] as const) {
    // prettier-ignore
    const net = openElasticNet(data, l1Ratio);
    const first = net.fit(net.largestLambda * (1 + 1e-9));
    expect(first.nonzeros).toBe(0);
    expect(first.devianceRatio).toBeCloseTo(0, 12);
    expect(net.fit(net.largestLambda * 0.999).nonzeros).toBeGreaterThan(0);
  }
});

test("weights of rows count as so many rows, and a row of weight 0 not at all", () => {
  const data = netData(iris(), 3);
  const doubled = {
    ...data,
    values: Float64Array.from([...data.values, ...data.values.subarray(0, 200)]),
    labels: Int32Array.from([...data.labels, ...data.labels.subarray(0, 50)]),
  };
  const sampleWeights = Float64Array.from({ length: 150 }, (_, row) => (row < 50 ? 2 : 1));
  const a = openElasticNet(doubled, 0.5, { tolerance: 1e-13 }).fit(5);
  const b = openElasticNet({ ...data, sampleWeights }, 0.5, { tolerance: 1e-13 }).fit(5);
  a.parameters.forEach((w, at) => expect(Math.abs(w - b.parameters[at])).toBeLessThan(1e-6));
  const none = Float64Array.from([...data.labels.map(() => 1), ...Array<number>(50).fill(0)]);
  const c = openElasticNet({ ...doubled, sampleWeights: none }, 0.5, { tolerance: 1e-13 }).fit(5);
  const d = openElasticNet(data, 0.5, { tolerance: 1e-13 }).fit(5);
  c.parameters.forEach((w, at) => expect(Math.abs(w - d.parameters[at])).toBeLessThan(1e-6));
});

test("penalty factors are units: a column of another scale with its factor has the same fit", () => {
  const data = netData(breastCancer(), 1);
  const scale = Float64Array.from({ length: 30 }, (_, j) => 1 + j / 3);
  const scaled = {
    ...data,
    values: data.values.map((x, at) => x * scale[at % 30]),
    l1Factors: scale,
    l2Factors: scale.map((s) => s * s),
  };
  const a = openElasticNet(data, 0.5, { tolerance: 1e-13 }).fit(10);
  const b = openElasticNet(scaled, 0.5, { tolerance: 1e-13 }).fit(10);
  expect(b.objective).toBeCloseTo(a.objective, 9);
  a.parameters.subarray(0, 30).forEach((w, j) => expect(b.parameters[j] * scale[j]).toBeCloseTo(w, 6));
});

test("by way of fitClassifier: certified, sparse, with what glmnet calls λ", async () => {
  const sample = breastCancer();
  const model = await fitClassifier(sample, { l1Ratio: 1, l2: 569 * 0.02 });
  const { status, optimum, options } = model.training;
  expect(status).toBe("certified");
  expect(options).toMatchObject({ solver: "coordinate-descent", l1Ratio: 1 });
  expect(optimum?.gap).toBeLessThan(1e-8 * (optimum?.objective ?? 0));
  const [known] = reference.cancer;
  const [{ weights }] = model.layers;
  const scaling = momentsOf(sample.features).deviation;
  known.coefficients.slice(1).forEach((value, j) => expect(weights[j] / scaling[j]).toBeCloseTo(value, 3));
  expect(optimum?.degreesOfFreedom).toBe(known.coefficients.filter((value) => value !== 0).length);
});

test("collinear columns and a constant one are no obstacle", () => {
  const { features, labels } = drawRows(100, [[0, 0], [1, 0]], 3); // prettier-ignore
  const values = Float64Array.from([...features.values].flatMap((x) => [x, x, 0]));
  const ones = new Float64Array(3).fill(1);
  const data = { values, columns: 3, labels: labels.indices, outputs: 1, sampleWeights: null, l1Factors: ones, l2Factors: ones }; // prettier-ignore
  for (const l1Ratio of [1, 0.5, 0]) {
    const fit = openElasticNet(data, l1Ratio, { tolerance: 1e-10 }).fit(2);
    expect(fit.status).toBe("certified");
    expect(fit.parameters[2]).toBe(0);
    // Twins share their weight, in whichever parts where only the sum of sizes counts.
    const [a, b] = l1Ratio === 1 ? [0, 0] : fit.parameters;
    expect(a).toBeCloseTo(b, 4);
  }
});
