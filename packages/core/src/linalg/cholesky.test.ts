import { expect, test } from "vitest";
import { createGenerator } from "../random/index.ts";
import { factorCholesky, inverseOfCholesky, solveCholesky, solveLower, solveUpper } from "./cholesky.ts";

/** B Bᵀ of a random n × (n + 2) matrix: positive definite. */
function definiteMatrix(n: number, seed: number): Float64Array {
  const generator = createGenerator(seed);
  const b = Float64Array.from({ length: n * (n + 2) }, () => generator.normal());
  return Float64Array.from({ length: n * n }, (_, at) => {
    const i = Math.floor(at / n);
    const j = at % n;
    let sum = 0;
    for (let k = 0; k < n + 2; k++) sum += b[i * (n + 2) + k] * b[j * (n + 2) + k];
    return sum;
  });
}

/** The factor, with what is above the diagonal set to 0. */
function factorOf(matrix: Float64Array, n: number): Float64Array {
  const factor = matrix.slice();
  expect(factorCholesky(factor, n)).toBe(-1);
  return factor.map((value, at) => (at % n <= Math.floor(at / n) ? value : 0));
}

// Either side of the four columns that share a row.
const sizes = [1, 2, 3, 4, 5, 8, 9, 17, 40];

test("[[4, 2], [2, 5]] is the square of [[2, 0], [1, 2]]", () => {
  expect([...factorOf(Float64Array.of(4, 2, 2, 5), 2)]).toEqual([2, 0, 1, 2]);
});

test.each(sizes)("the factor times its transpose is the matrix, %i columns", (n) => {
  const matrix = definiteMatrix(n, n);
  const factor = factorOf(matrix, n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += factor[i * n + k] * factor[j * n + k];
      expect(Math.abs(sum - matrix[i * n + j])).toBeLessThan(1e-13 * n);
    }
});

test("only the lower triangle is read, and what is above stays", () => {
  const n = 9;
  const matrix = definiteMatrix(n, 3);
  const upper = (values: Float64Array): Float64Array =>
    values.map((value, at) => (at % n > Math.floor(at / n) ? Number.NaN : value));
  const half = upper(matrix);
  expect(factorCholesky(half, n)).toBe(-1);
  expect(half).toEqual(upper(factorOf(matrix, n)));
});

test.each(sizes)("solving undoes multiplying, %i columns", (n) => {
  const matrix = definiteMatrix(n, 50 + n);
  const factor = factorOf(matrix, n);
  const x = Float64Array.from({ length: n }, (_, i) => (i % 3) - 0.75);
  const product = x.map((_, i) => x.reduce((sum, value, j) => sum + matrix[i * n + j] * value, 0));
  const twoSteps = product.slice();
  solveCholesky(factor, n, product);
  product.forEach((value, i) => expect(value).toBeCloseTo(x[i], 8));
  solveLower(factor, n, twoSteps);
  solveUpper(factor, n, twoSteps);
  expect([...twoSteps]).toEqual([...product]);
});

test.each(sizes)("the inverse times the matrix is the identity, and it is symmetric, %i columns", (n) => {
  const matrix = definiteMatrix(n, 100 + n);
  const inverse = inverseOfCholesky(factorOf(matrix, n), n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += inverse[i * n + k] * matrix[k * n + j];
      expect(sum).toBeCloseTo(i === j ? 1 : 0, 8);
      expect(inverse[i * n + j]).toBe(inverse[j * n + i]);
    }
});

test("a column that depends on those before it is named, wherever it stands and whatever its unit", () => {
  const n = 7;
  for (let dependent = 1; dependent < n; dependent++)
    for (const unit of [1e-6, 1, 1e6]) {
      // Columns of X with the dependent one = unit · (first − 2 · the one before), then XᵀX.
      const generator = createGenerator(dependent);
      const x = Array.from({ length: 20 }, () => {
        const row = Array.from({ length: n }, () => generator.normal());
        row[dependent] = unit * (row[0] - 2 * row[dependent - 1]);
        return row;
      });
      const gram = Float64Array.from({ length: n * n }, (_, at) =>
        x.reduce((sum, row) => sum + row[Math.floor(at / n)] * row[at % n], 0),
      );
      expect(factorCholesky(gram, n)).toBe(dependent);
    }
});

test("an indefinite matrix and one with NaN are refused at the column that shows it", () => {
  expect(factorCholesky(Float64Array.of(-1), 1)).toBe(0);
  expect(factorCholesky(Float64Array.of(0), 1)).toBe(0);
  expect(factorCholesky(Float64Array.of(1, 2, 2, 1), 2)).toBe(1);
  expect(factorCholesky(Float64Array.of(1, 0, 0, Number.NaN), 2)).toBe(1);
});

test("units 10¹² apart do not make a matrix look singular", () => {
  const n = 5;
  const matrix = definiteMatrix(n, 8);
  const units = [1e-6, 1, 1e6, 1e-3, 1e3];
  const scaled = matrix.map((value, at) => value * units[Math.floor(at / n)] * units[at % n]);
  expect(factorCholesky(scaled, n)).toBe(-1);
});
