import { describe, expect, test } from "vitest";
import { exp } from "../kernels/elementary.ts";
import { createKernels } from "../kernels/index.ts";
import { createGenerator } from "../random/index.ts";
import { covarianceOf, lastLayerCovariance, type LastLayer } from "./index.ts";

const kernels = createKernels();

/** Rows of normal features, classes drawn from a softmax of random weights. */
function sample(rows: number, columns: number, outputs: number, seed: number): LastLayer {
  const generator = createGenerator(seed);
  const values = Float64Array.from({ length: rows * columns }, () => generator.normal());
  const weights = Float64Array.from({ length: outputs * columns }, () => 0.7 * generator.normal());
  const bias = Float64Array.from({ length: outputs }, () => 0.3 * generator.normal());
  const labels = Int32Array.from({ length: rows }, (_, row) => {
    const shares = Array.from({ length: Math.max(2, outputs) }, (__, k) => {
      if (outputs === 1 && k === 0) return 1;
      const own = outputs === 1 ? 0 : k;
      let z = bias[own];
      for (let j = 0; j < columns; j++) z += weights[own * columns + j] * values[row * columns + j];
      return exp(z);
    });
    let left = generator.uniform() * shares.reduce((a, b) => a + b);
    return Math.max(
      0,
      shares.findIndex((share) => (left -= share) < 0),
    );
  });
  return {
    features: { rows, columns, values },
    labels,
    layer: { weights, bias },
    sampleWeights: null,
    precision: 1,
  };
}

describe("the covariance of a last layer", () => {
  test("of few coefficients is Laplace's, that of a softmax regression on its features", async () => {
    const last = sample(400, 3, 3, 1);
    const found = await lastLayerCovariance(last, kernels);
    const { values } = last.features;
    if (!(values instanceof Float64Array)) throw new Error("float64");
    const data = { labels: last.labels, outputs: 3, sampleWeights: null };
    const sums = await kernels.createLinearSums({ values, columns: 3, scale: 1, ...data });
    await sums.place(Float64Array.from([...last.layer.weights, ...last.layer.bias]));
    const lambda = new Float64Array(3).fill(1);
    const expected = await covarianceOf(
      { sums, values, lambda, noise: 1e-15, labels: last.labels, sampleWeights: null },
      { kind: "laplace" },
    );
    if (found === null || found.kind === "kronecker" || "reason" in expected)
      throw new Error("no covariance");
    expect(found.kind).toBe("laplace");
    found.values.forEach((value, i) => expect(value).toBeCloseTo(expected.covariance.values[i], 12));
  });

  test.each([
    [1, "sigmoid"],
    [4, "softmax"],
  ])("of many coefficients (%d outputs, %s) is kept as the factors of its inverse", async (outputs) => {
    const columns = 60;
    const last = sample(3000, columns, outputs, 2);
    const found = await lastLayerCovariance(last, kernels, { mostCoefficients: 50 });
    if (found === null || found.kind !== "kronecker") throw new Error("not in factors");
    const contrasts = Math.max(1, outputs - 1);
    const size = columns + 1;
    expect(found.columnVectors).toHaveLength(size * size);
    expect(found.classVectors).toHaveLength(contrasts * contrasts);
    // V Vᵀ is the inverse of the penalty on contrasts, I − 11ᵀ/K: I + 11ᵀ.
    for (let k = 0; k < contrasts; k++)
      for (let l = 0; l < contrasts; l++) {
        let sum = 0;
        for (let j = 0; j < contrasts; j++)
          sum += found.classVectors[j * contrasts + k] * found.classVectors[j * contrasts + l];
        expect(sum).toBeCloseTo(outputs === 1 ? 1 : k === l ? 2 : 1, 10);
      }
    // The mean of x̃x̃ᵀ again from its eigenvectors, at some places.
    for (const [i, j] of [
      [0, 0],
      [0, 1],
      [7, 3],
      [columns, 5],
      [columns, columns],
    ]) {
      let entry = 0;
      for (let k = 0; k < size; k++)
        entry +=
          found.columnValues[k] * found.columnVectors[k * size + i] * found.columnVectors[k * size + j];
      let mean = 0;
      const at = (row: number, column: number): number =>
        column === columns ? 1 : last.features.values[row * columns + column];
      for (let row = 0; row < 3000; row++) mean += (at(row, i) * at(row, j)) / 3000;
      expect(entry).toBeCloseTo(mean, 10);
    }
  });

  test("without a penalty the precision is the fixed point of MacKay's evidence", async () => {
    const last = { ...sample(2000, 340, 4, 3), precision: null };
    const found = await lastLayerCovariance(last, kernels);
    if (found === null || found.kind !== "kronecker") throw new Error("not in factors");
    let effective = 0;
    for (const a of found.columnValues)
      for (const m of found.classValues) effective += (a * m) / (a * m + found.precision);
    let square = 0;
    const { weights, bias } = last.layer;
    for (let j = 0; j <= 340; j++) {
      const own = [0, 1, 2, 3].map((k) => (j < 340 ? weights[k * 340 + j] : bias[k]));
      const mean = own.reduce((a, b) => a + b) / 4;
      for (const value of own) square += (value - mean) ** 2;
    }
    expect(found.precision / (effective / square)).toBeCloseTo(1, 4);
  });

  test("units that are never active leave it finite", async () => {
    const last = sample(500, 300, 5, 4);
    const values = last.features.values.slice();
    for (let row = 0; row < 500; row++) values.fill(0, row * 300, row * 300 + 150);
    const found = await lastLayerCovariance(
      { ...last, features: { ...last.features, values }, precision: null },
      kernels,
    );
    if (found === null || found.kind !== "kronecker") throw new Error("not in factors");
    expect(found.columnValues.every((value) => value >= 0)).toBe(true);
    expect(found.precision).toBeGreaterThan(0);
  });
});
