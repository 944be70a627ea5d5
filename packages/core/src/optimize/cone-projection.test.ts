import { expect, test } from "vitest";
import { createGenerator } from "../random/index.ts";
import { projectOntoCone, type ConeConstraints } from "./cone-projection.ts";

function coneOf(vectors: readonly Float64Array[]): ConeConstraints {
  const inner = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, j) => sum + x * b[j], 0);
  return {
    size: vectors[0].length,
    at: (index) => vectors[index].slice(),
    least(beta, except) {
      let index = -1;
      let value = Infinity;
      vectors.forEach((vector, i) => {
        if (except.has(i) || inner(vector, beta) >= value) return;
        value = inner(vector, beta);
        index = i;
      });
      return { index, value };
    },
  };
}

const axes = [Float64Array.of(1, 0, 0), Float64Array.of(0, 1, 0), Float64Array.of(0, 0, 1)];

test("onto the orthant, negative entries become 0", () => {
  const point = Float64Array.of(3, -2, 0.5);
  expect(projectOntoCone(point, coneOf(axes))).toEqual(Float64Array.of(3, 0, 0.5));
  expect([...point]).toEqual([3, -2, 0.5]);
});

test("a point inside stays, one in the polar cone becomes 0", () => {
  expect(projectOntoCone(Float64Array.of(1, 2, 3), coneOf(axes))).toEqual(Float64Array.of(1, 2, 3));
  expect(projectOntoCone(Float64Array.of(-1, -2, 0), coneOf(axes))).toEqual(new Float64Array(3));
});

test("a wedge in the plane: what is nearest to its edge lies on the edge", () => {
  // Between the ray along x and the diagonal.
  const wedge = [Float64Array.of(0, 1), Float64Array.of(Math.SQRT1_2, -Math.SQRT1_2)];
  const beta = projectOntoCone(Float64Array.of(0, 2), coneOf(wedge));
  beta?.forEach((value) => expect(value).toBeCloseTo(1, 14));
});

test("of random cones: inside, orthogonal to what is left, and nothing of what is left gains inside", () => {
  // β = Πx if and only if β is in the cone, x − β in its polar and the two are orthogonal (Moreau).
  let zeros = 0;
  for (let seed = 0; seed < 200; seed++) {
    const generator = createGenerator(seed);
    const size = 2 + generator.below(8);
    const count = 1 + generator.below(3 * size);
    const draw = (): Float64Array => Float64Array.from({ length: size }, () => generator.normal());
    const vectors = Array.from({ length: count }, draw).map((vector) => {
      const length = Math.hypot(...vector);
      return vector.map((value) => value / length);
    });
    const point = draw();
    const beta = projectOntoCone(point, coneOf(vectors)) ?? point;
    if (beta.every((value) => value === 0)) zeros++;
    const scale = Math.hypot(...point);
    const gains = vectors.map((vector) => vector.reduce((sum, x, j) => sum + x * beta[j], 0));
    expect(Math.min(...gains)).toBeGreaterThan(-1e-9 * scale);
    const rest = point.map((value, j) => value - beta[j]);
    expect(Math.abs(rest.reduce((sum, x, j) => sum + x * beta[j], 0))).toBeLessThan(1e-9 * scale * scale);
    // The rest is −Σ tᵢ aᵢ with tᵢ ≥ 0, so no point of the cone gains from it; try some, made by projecting.
    for (let i = 0; i < 5; i++) {
      const other = projectOntoCone(draw(), coneOf(vectors)) ?? point;
      expect(rest.reduce((sum, x, j) => sum + x * other[j], 0)).toBeLessThan(1e-9 * scale * 10);
    }
  }
  expect(zeros).toBeGreaterThan(20);
  expect(zeros).toBeLessThan(180);
});

test("vectors that are nearly or exactly the same do no harm", () => {
  const point = Float64Array.of(3, -2, 0.5);
  const twins = axes.flatMap((vector) => [vector, vector, vector.map((value, j) => value + 1e-13 * (j + 1))]);
  const beta = projectOntoCone(point, coneOf(twins));
  [3, 0, 0.5].forEach((value, j) => expect(beta?.[j]).toBeCloseTo(value, 10));
});
