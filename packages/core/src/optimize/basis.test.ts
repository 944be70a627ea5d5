import { expect, test } from "vitest";
import { createGenerator } from "../random/index.ts";
import { contrastBasis, expand, project, rowCurvatures } from "./basis.ts";

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, k) => sum + value * b[k], 0);

test.each([2, 3, 4, 10])("the contrasts of %i classes are orthonormal and sum to zero", (classes) => {
  const basis = contrastBasis(classes);
  expect(basis).toHaveLength(classes - 1);
  basis.forEach((a, u) => {
    expect(dot(a, new Float64Array(classes).fill(1))).toBeCloseTo(0, 14);
    basis.forEach((b, v) => expect(dot(a, b)).toBeCloseTo(u === v ? 1 : 0, 14));
  });
});

test("the sigmoid's only output is its own basis", () => {
  expect(contrastBasis(1)).toEqual([Float64Array.of(1)]);
});

test.each([1, 2, 5])("blocks laid out as θ and back are the same, %i outputs", (outputs) => {
  const columns = 3;
  const basis = contrastBasis(outputs);
  const blocks = Float64Array.from({ length: basis.length * (columns + 1) }, (_, i) => i - 2.5);
  const theta = expand(blocks, basis, columns);
  expect(theta).toHaveLength(outputs * (columns + 1));
  project(theta, basis, columns).forEach((value, i) => expect(value).toBeCloseTo(blocks[i], 13));
});

test("a shift common to all classes is not seen", () => {
  const columns = 3;
  const basis = contrastBasis(4);
  const shift = Float64Array.from({ length: 16 }, (_, at) => (at < 12 ? at % columns : 9));
  project(shift, basis, columns).forEach((value) => expect(value).toBeCloseTo(0, 13));
});

test("the curvature between two vectors is aᵀ(diag(p) − ppᵀ)b times the weight of the row", () => {
  const generator = createGenerator(1);
  const classes = 4;
  const draws = Array.from({ length: 3 * classes }, () => generator.uniform());
  const probabilities = Float64Array.from(draws, (value, at) => {
    const start = at - (at % classes);
    return value / draws.slice(start, start + classes).reduce((sum, draw) => sum + draw, 0);
  });
  const [a, b] = contrastBasis(classes);
  const weights = Float64Array.of(1, 0, 2.5);
  const curvatures = rowCurvatures(probabilities, a, b, weights);
  for (let row = 0; row < 3; row++) {
    const p = probabilities.subarray(row * classes, (row + 1) * classes);
    let sum = 0;
    for (let k = 0; k < classes; k++)
      for (let l = 0; l < classes; l++) sum += a[k] * b[l] * ((k === l ? p[k] : 0) - p[k] * p[l]);
    expect(curvatures[row]).toBeCloseTo(weights[row] * sum, 14);
  }
  expect([...rowCurvatures(Float64Array.of(0.2, 0.5), Float64Array.of(1), Float64Array.of(1), null)]).toEqual(
    [0.2 * 0.8, 0.25],
  );
});
