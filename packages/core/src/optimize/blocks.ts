import { expand, project, rowCurvatures } from "./basis.ts";
import { jointBasis, projectionCount, randomDirections } from "./joint-basis.ts";
import type { LinearProblem } from "./problem.ts";
import { sampleRows, spreadRows } from "./sample.ts";

/** An approximate inverse Hessian, applied to a gradient laid out as θ. */
export type InverseHessian = (gradient: Float64Array) => Float64Array;

/** Of the generator, far from those of the rounds. */
const candidateStream = 0x6361;
/** The round after which the basis stays: near the optimum it hardly turns. */
const lastBasisRound = 1;
/** Rows among which those of a block are drawn: probabilities of more would cost more than they tell. */
const mostCandidates = 65_536;

/**
 * Makes approximations of the Hessian at the place without what couples the vectors of a joint basis of the class
 * contrasts: one block per vector u, A_u = Xᵀ diag(s uᵀSu) X + diag(λ), over rows drawn by importance, each factored.
 *
 * @returns for a number of rows to draw (as many as there are or more: all) and a round, the inverse of one
 */
export function openBlocks(
  { sums, lambda, sampleWeights }: LinearProblem,
  seed: number,
): (wanted: number, round: number) => Promise<InverseHessian> {
  const { rows, columns, outputs } = sums;
  const size = columns + 1;
  const directions = outputs > 2 ? randomDirections(columns, seed) : new Float64Array(0);
  const projectOn = (chosen: Uint32Array): Promise<Float64Array> =>
    outputs > 2 ? sums.projections(directions, projectionCount, chosen) : Promise.resolve(directions);
  let basis: Float64Array[] | undefined;
  return async (wanted, round) => {
    const candidates = spreadRows(rows, Math.max(mostCandidates, wanted), seed, candidateStream + round);
    const probabilities = sums.probabilities(candidates);
    const sample = sampleRows(probabilities, outputs, wanted, seed, 1 + round);
    const isAll = sample.rows.length === candidates.length;
    const chosen = isAll ? candidates : sample.rows.map((place) => candidates[place]);
    const own = isAll ? probabilities : rowsOf(probabilities, outputs, sample.rows);
    const share = rows / candidates.length;
    const rowWeights = new Float64Array(chosen.length);
    for (let i = 0; i < chosen.length; i++)
      rowWeights[i] = share * sample.weights[i] * (sampleWeights ? sampleWeights[chosen[i]] : 1);
    if (basis === undefined || round <= lastBasisRound)
      basis = jointBasis(await projectOn(chosen), own, rowWeights, outputs);
    const vectors = basis;
    const weights = vectors.map((vector) => rowCurvatures(own, vector, vector, rowWeights));
    for (const each of weights)
      // rounding alone makes one negative
      for (let i = 0; i < each.length; i++) each[i] = Math.max(0, each[i]);
    const ridge = new Float64Array(size);
    ridge.set(lambda);
    // Intercepts have no penalty; a little keeps their block definite where the rows are all sure.
    ridge[columns] = lambda.reduce((least, value) => Math.min(least, value), Infinity) * 1e-3;
    const factors = await sums.factors(chosen, weights, ridge);
    if (factors === null) return (gradient) => gradient.slice();
    return (gradient) => {
      const blocks = project(gradient, vectors, columns);
      vectors.forEach((_, u) => factors.solve(u, blocks.subarray(u * size, (u + 1) * size)));
      return expand(blocks, vectors, columns);
    };
  };
}

/** Some rows of a matrix. */
function rowsOf(values: Float64Array, columns: number, chosen: Uint32Array): Float64Array {
  const output = new Float64Array(chosen.length * columns);
  for (let i = 0, at = 0; i < chosen.length; i++)
    for (let k = 0; k < columns; k++, at++) output[at] = values[chosen[i] * columns + k];
  return output;
}
