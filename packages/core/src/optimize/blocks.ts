import { expand, project, rowCurvatures } from "./basis.ts";
import { jointBasis, projectionCount, randomDirections } from "./joint-basis.ts";
import type { LinearProblem } from "./problem.ts";
import { sampleRows } from "./sample.ts";

/** An approximate inverse Hessian, applied to a gradient laid out as θ. */
export type InverseHessian = (gradient: Float64Array) => Float64Array;

/**
 * The Hessian at the place without what couples the vectors of a joint basis of the class contrasts: one block per
 * vector u, A_u = Xᵀ diag(s uᵀSu) X + diag(λ), over rows drawn by importance, each factored.
 *
 * @param wanted rows to draw; as many as there are or more: all
 */
export async function curvatureBlocks(
  { sums, lambda, sampleWeights }: LinearProblem,
  wanted: number,
  seed: number,
  round: number,
): Promise<InverseHessian> {
  const { rows, columns, outputs } = sums;
  const all = Uint32Array.from({ length: rows }, (_, row) => row);
  const probabilities = sums.probabilities(all);
  const sample = sampleRows(probabilities, outputs, wanted, seed, 1 + round);
  const own = new Float64Array(sample.rows.length * outputs);
  sample.rows.forEach((row, i) =>
    own.set(probabilities.subarray(row * outputs, (row + 1) * outputs), i * outputs),
  );
  const rowWeights = sample.weights.map((weight, i) =>
    sampleWeights ? weight * sampleWeights[sample.rows[i]] : weight,
  );
  const projections =
    outputs > 2
      ? await sums.projections(randomDirections(columns, seed), projectionCount, sample.rows)
      : new Float64Array(0);
  const basis = jointBasis(projections, own, rowWeights, outputs);
  const weights = basis.map((vector) =>
    rowCurvatures(own, vector, vector, rowWeights).map((w) => Math.max(0, w)),
  );
  const size = columns + 1;
  const ridge = new Float64Array(size);
  ridge.set(lambda);
  // Intercepts have no penalty; a little keeps their block definite where the rows are all sure.
  ridge[columns] = lambda.reduce((least, value) => Math.min(least, value), Infinity) * 1e-3;
  const factors = await sums.factors(sample.rows, weights, ridge);
  return (gradient) => {
    const blocks = project(gradient, basis, columns);
    basis.forEach((_, u) => factors.solve(u, blocks.subarray(u * size, (u + 1) * size)));
    return expand(blocks, basis, columns);
  };
}
