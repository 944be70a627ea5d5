import { expect, test } from "vitest";
import { coefficients, contributions, predictIntervals } from "../inference/index.ts";
import { createGenerator } from "../random/index.ts";
import { fitClassifier, type FitOptions, type TrainingData } from "./index.ts";

const generator = createGenerator(1);
const rows = 80;
const values = Float64Array.from({ length: 2 * rows }, () => generator.normal());
const data: TrainingData = {
  features: { rows, columns: 2, values },
  labels: {
    classes: ["a", "b"],
    indices: Int32Array.from({ length: rows }, (_, i) => Number(values[2 * i] * values[2 * i + 1] > 0)),
  },
};

test("a network keeps Laplace's covariance of its last layer: the inverse of Σ p(1 − p) φφᵀ + λI", async () => {
  const model = await fitClassifier(data, { hidden: "3:tanh", epochs: 100, l2: 2 });
  const covariance = model.inference?.covariance;
  if (covariance?.kind !== "laplace") throw new Error("no such covariance");
  const phi = model.encode({ rows, columns: 2, values });
  const probabilities = model.predict({ rows, columns: 2, values }).values;
  const size = phi.columns + 1;
  const information = new Float64Array(size * size);
  for (let row = 0; row < rows; row++) {
    const x = [...phi.values.subarray(row * phi.columns, (row + 1) * phi.columns), 1];
    const weight = probabilities[2 * row] * probabilities[2 * row + 1];
    x.forEach((a, i) => x.forEach((b, j) => (information[i * size + j] += weight * a * b)));
  }
  for (let j = 0; j < phi.columns; j++) information[j * size + j] += 2;
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      let product = 0;
      for (let k = 0; k < size; k++) product += information[i * size + k] * covariance.values[k * size + j];
      expect(product).toBeCloseTo(Number(i === j), 4);
    }
});

test("its intervals widen where rows say little, and there are none when none are wanted", async () => {
  const model = await fitClassifier(data, { hidden: "8:relu", epochs: 60 });
  const { low, high, probabilities } = predictIntervals(model, { rows, columns: 2, values });
  probabilities.values.forEach((p, i) => {
    expect(low[i]).toBeLessThan(p);
    expect(high[i]).toBeGreaterThan(p);
  });
  const none = await fitClassifier(data, { hidden: "8:relu", epochs: 2, covariance: "none" });
  expect(none.inference).toBeNull();
});

test("no column has a weight of its own: coefficients and contributions say so", async () => {
  const model = await fitClassifier(data, { hidden: "4:relu", epochs: 2 });
  const reason =
    "the model has hidden layers, so no weight belongs to a column; a linear model (without hidden) has such weights";
  expect(() => coefficients(model)).toThrow(`coefficients: ${reason}`);
  const one = { rows: 1, columns: 2, values: values.slice(0, 2) };
  expect(() => contributions(model, one)).toThrow(`contributions: ${reason}`);
});

/** Log-odds that bend, so that hidden layers have something to find. */
function bentLogOdds(a: number, b: number): number {
  return 1.5 * Math.tanh(2 * a) - 0.8 * b * b + 0.8 * a * b + 0.3;
}

function probabilityAt(points: Float64Array, i: number): number {
  return 1 / (1 + Math.exp(-bentLogOdds(points[2 * i], points[2 * i + 1])));
}

function drawBent(count: number, seed: number): TrainingData {
  const own = createGenerator(seed, 1);
  const drawn = Float64Array.from({ length: 2 * count }, () => own.normal());
  const indices = Int32Array.from({ length: count }, (_, i) =>
    Number(own.uniform() < probabilityAt(drawn, i)),
  );
  return {
    features: { rows: count, columns: 2, values: drawn },
    labels: { classes: ["a", "b"], indices },
  };
}

/** Among 100 new rows and `refits` draws of training rows, how often the interval holds the true probability. */
async function coverageOf(options: FitOptions, rowCount: number, refits: number): Promise<number> {
  const own = createGenerator(99);
  const points = Float64Array.from({ length: 200 }, () => own.normal());
  let held = 0;
  for (let seed = 1; seed <= refits; seed++) {
    const model = await fitClassifier(drawBent(rowCount, seed), { ...options, seed });
    const { low, high } = predictIntervals(model, { rows: 100, columns: 2, values: points });
    for (let i = 0; i < 100; i++) {
      const p = probabilityAt(points, i);
      held += Number(low[2 * i + 1] <= p && p <= high[2 * i + 1]);
    }
  }
  return held / (100 * refits);
}

/** What is promised of a network's intervals is what was seen here, and it is less than their name says. */
test.runIf(process.env["SIGMAX_SLOW"]).each([
  { rowCount: 400, l2: 1, from: 0.54, to: 0.65 },
  { rowCount: 400, l2: 0.1, from: 0.72, to: 0.83 },
  { rowCount: 2000, l2: 0.1, from: 0.79, to: 0.9 },
])(
  "$rowCount rows, λ = $l2: the 95 % intervals of a last layer hold the true probability in $from to $to of cases",
  async ({ rowCount, l2, from, to }) => {
    const options = { hidden: "16:tanh", learningRate: 0.01, epochs: 100, l2 };
    const share = await coverageOf(options, rowCount, 100);
    expect(share).toBeGreaterThan(from);
    expect(share).toBeLessThan(to);
  },
  300_000,
);
