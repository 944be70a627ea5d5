import { emptyLike } from "../data/index.ts";
import type { LinearSumsData } from "../kernels/index.ts";
import { optimize, spreadRows, type LinearProblem } from "../optimize/index.ts";

/** One row of so many is taken first. */
const oneOf = 32;
/** Passes over them: each costs a fraction of one over all rows, and rows of a part know no more. */
const mostPasses = 8;

/** Some of the rows, spread over all. */
export function someOf(data: LinearSumsData, seed: number): LinearSumsData {
  const { values, columns, labels, sampleWeights } = data;
  const chosen = spreadRows(labels.length, Math.ceil(labels.length / oneOf), seed, 0x70);
  const some = emptyLike(values, chosen.length * columns);
  chosen.forEach((row, i) => some.set(values.subarray(row * columns, (row + 1) * columns), i * columns));
  return {
    ...data,
    values: some,
    labels: Int32Array.from(chosen, (row) => labels[row]),
    sampleWeights: sampleWeights && Float64Array.from(chosen, (row) => sampleWeights[row]),
  };
}

/** About the optimum of a part of some rows: where the search over all of them begins. */
export async function startFromSome(part: LinearProblem, rows: number, seed: number): Promise<Float64Array> {
  const share = part.sums.rows / rows;
  const lambda = part.lambda.map((each) => each * share);
  const { parameters } = await optimize(
    { ...part, lambda },
    { solver: "lbfgs", maxPasses: mostPasses, seed },
  );
  return parameters;
}
