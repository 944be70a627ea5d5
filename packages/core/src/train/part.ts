import { takeRows } from "../data/index.ts";
import type { LinearSumsData } from "../kernels/index.ts";
import { optimize, spreadRows, type LinearProblem } from "../optimize/index.ts";

/** So many rows per parameter are taken first, but no smaller and no larger a share of all than these. */
const rowsPerParameter = 100;
const leastShare = 1 / 64;
const mostShare = 1 / 32;
/** Passes over them: each costs a fraction of one over all rows, and rows of a part know no more. */
const mostPasses = 8;

/** Some of the rows, spread over all. */
export function someOf(data: LinearSumsData, seed: number): LinearSumsData {
  const { values, columns, labels, outputs, sampleWeights } = data;
  const rows = labels.length;
  const wanted = rowsPerParameter * outputs * (columns + 1);
  const some = Math.ceil(Math.min(mostShare * rows, Math.max(leastShare * rows, wanted)));
  const chosen = spreadRows(rows, some, seed, 0x70);
  const ownLabels = new Int32Array(chosen.length);
  const ownWeights = sampleWeights && new Float64Array(chosen.length);
  for (let i = 0; i < chosen.length; i++) {
    ownLabels[i] = labels[chosen[i]];
    if (sampleWeights && ownWeights) ownWeights[i] = sampleWeights[chosen[i]];
  }
  return {
    ...data,
    values: takeRows({ rows, columns, values }, chosen).values,
    labels: ownLabels,
    sampleWeights: ownWeights,
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
