import { expect, test } from "vitest";
import { createGenerator } from "../random/index.ts";
import { symmetricEigen } from "./index.ts";

test("a matrix of two by two has the values and vectors that one finds by hand", () => {
  const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
  expect(values[0]).toBeCloseTo(1, 14);
  expect(values[1]).toBeCloseTo(3, 14);
  expect(Math.abs(vectors[0] + vectors[1])).toBeLessThan(1e-15);
  expect(Math.abs(vectors[2] - vectors[3])).toBeLessThan(1e-15);
});

test("the chain 2, −1 has the eigenvalues 2 − 2 cos(kπ / (n + 1))", () => {
  const n = 40;
  const chain = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    chain[i * n + i] = 2;
    if (i > 0) chain[i * n + i - 1] = -1;
  }
  symmetricEigen(chain, n).values.forEach((value, i) =>
    expect(value).toBeCloseTo(2 - 2 * Math.cos(((i + 1) * Math.PI) / (n + 1)), 13),
  );
});

test.each([1, 2, 3, 5, 17, 60])("values and vectors of %d random columns make the matrix again", (n) => {
  const generator = createGenerator(n);
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = generator.normal();
  const { values, vectors } = symmetricEigen(matrix, n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let entry = 0;
      let inner = 0;
      for (let k = 0; k < n; k++) {
        entry += values[k] * vectors[k * n + i] * vectors[k * n + j];
        inner += vectors[i * n + k] * vectors[j * n + k];
      }
      expect(Math.abs(entry - matrix[i * n + j])).toBeLessThan(1e-13 * n);
      expect(Math.abs(inner - (i === j ? 1 : 0))).toBeLessThan(1e-14 * n);
    }
  expect([...values]).toEqual([...values].toSorted((a, b) => a - b));
});

test("zeros, equal values and rank one are no trouble", () => {
  expect([...symmetricEigen(new Float64Array(9), 3).values]).toEqual([0, 0, 0]);
  const same = Float64Array.of(5, 0, 0, 0, 5, 0, 0, 0, 5);
  expect([...symmetricEigen(same, 3).values]).toEqual([5, 5, 5]);
  const { values } = symmetricEigen(new Float64Array(16).fill(1), 4);
  expect(values[3]).toBeCloseTo(4, 14);
  for (const value of values.subarray(0, 3)) expect(Math.abs(value)).toBeLessThan(1e-15);
});
