import { expect, test } from "vitest";
import { createGenerator } from "../random/index.ts";
import { contrastBasis } from "./basis.ts";
import { jointBasis, projectionCount, randomDirections } from "./joint-basis.ts";

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, k) => sum + value * b[k], 0);

/** Rows whose probabilities are spread over one pair of five classes or the other, and some over all. */
function confusablePairs(rows: number): { probabilities: Float64Array; projections: Float64Array } {
  const generator = createGenerator(2);
  const probabilities = Float64Array.from(
    Array.from({ length: rows }, (_, row) => {
      const p = 0.1 + 0.8 * generator.uniform();
      return row % 2 ? [p, 0, 1 - p, 0, 0] : [0, p, 0, 1 - p, 0];
    }).flat(),
  );
  const projections = Float64Array.from({ length: rows * projectionCount }, () => generator.normal());
  return { probabilities, projections };
}

/** Σ over rows of weight · aᵀ(diag(p) − ppᵀ)b, weighted with the square of one projection. */
function curvature(
  { probabilities, projections }: ReturnType<typeof confusablePairs>,
  v: number,
  a: Float64Array,
  b: Float64Array,
): number {
  let sum = 0;
  for (let row = 0; row * 5 < probabilities.length; row++) {
    const p = probabilities.subarray(row * 5, row * 5 + 5);
    const both = p.reduce((total, value, k) => total + value * a[k] * b[k], 0);
    sum += projections[row * projectionCount + v] ** 2 * (both - dot(p, a) * dot(p, b));
  }
  return sum;
}

/** Σ of squares off the diagonal over Σ of squares on it, over some projections. */
function coupling(rows: ReturnType<typeof confusablePairs>, basis: readonly Float64Array[]): number {
  let [off, on] = [0, 0];
  for (let v = 0; v < 5; v++)
    basis.forEach((a, i) =>
      basis.forEach((b, j) => {
        const square = curvature(rows, v, a, b) ** 2;
        if (i === j) on += square;
        else off += square;
      }),
    );
  return off / on;
}

const rows = confusablePairs(300);
const ones = new Float64Array(300).fill(1);
const basis = jointBasis(rows.projections, rows.probabilities, ones, 5);

test("the basis is orthonormal and sums to zero", () => {
  expect(basis).toHaveLength(4);
  basis.forEach((a, u) => {
    expect(a.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 13);
    basis.forEach((b, v) => expect(dot(a, b)).toBeCloseTo(u === v ? 1 : 0, 13));
  });
});

test("classes that are confused in pairs get a vector for each pair, and nothing is coupled any more", () => {
  const pairs = [
    [1, 0, -1, 0, 0],
    [0, 1, 0, -1, 0],
  ].map((pair) => Float64Array.from(pair, (value) => value * Math.SQRT1_2));
  for (const pair of pairs)
    expect(Math.max(...basis.map((vector) => Math.abs(dot(vector, pair))))).toBeCloseTo(1, 8);
  expect(coupling(rows, contrastBasis(5))).toBeGreaterThan(0.1);
  expect(coupling(rows, basis)).toBeLessThan(1e-12);
});

test("of probabilities that share no basis it is less coupled than the plain contrasts", () => {
  const generator = createGenerator(8);
  const probabilities = rows.probabilities.map((_, at) => 0.05 + (at % 5) * generator.uniform());
  for (let row = 0; row < 300; row++) {
    const own = probabilities.subarray(row * 5, row * 5 + 5);
    const sum = own.reduce((total, value) => total + value, 0);
    own.forEach((value, k) => (own[k] = value / sum));
  }
  const mixed = { ...rows, probabilities };
  const joint = jointBasis(mixed.projections, probabilities, ones, 5);
  expect(coupling(mixed, joint)).toBeLessThan(0.1 * coupling(mixed, contrastBasis(5)));
});

test("one contrast is its own basis", () => {
  const none = new Float64Array(0);
  expect(jointBasis(none, Float64Array.of(0.3, 0.7), Float64Array.of(1), 2)).toEqual(contrastBasis(2));
  expect(jointBasis(none, Float64Array.of(0.3), Float64Array.of(1), 1)).toEqual([Float64Array.of(1)]);
});

test("directions have length 1 on average, no intercept, and come from the seed", () => {
  const columns = 50;
  const directions = randomDirections(columns, 1);
  expect(directions).toHaveLength(projectionCount * (columns + 1));
  const weights = directions.subarray(0, projectionCount * columns);
  expect(dot(weights, weights) / projectionCount).toBeCloseTo(1, 1);
  expect(directions.subarray(projectionCount * columns).every((value) => value === 0)).toBe(true);
  expect(randomDirections(columns, 1)).toEqual(directions);
  expect(randomDirections(columns, 2)).not.toEqual(directions);
});

test("very many classes keep plain contrasts, since turning them takes too long", () => {
  const uniform = new Float64Array(4 * 200).fill(1 / 200);
  const own = jointBasis(rows.projections, uniform, ones.subarray(0, 4), 200);
  expect(own).toEqual(contrastBasis(200));
});
