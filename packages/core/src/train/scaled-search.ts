import type { Values } from "../data/index.ts";
import { applyScaling, fitStandardization } from "../features/index.ts";
import type { Kernels, LinearSumsData, Team } from "../kernels/index.ts";
import { optimize, type LinearProblem, type Optimum, type OptimizeOptions } from "../optimize/index.ts";

/**
 * The optimum as float32 finds it once each column is centered and scaled, its place in the units of the problem: from
 * there a search goes on that was lost in columns of wild units. With z = (x − c) / s, u the problem's unit and one θ for
 * both: W = V / (u s), b = a − Σ V c / s, and V has the penalty λ / (u s)².
 *
 * @param given the features before they were divided by a scale or rounded
 */
export async function optimumOfScaled(
  problem: LinearProblem,
  given: Values,
  data: LinearSumsData,
  kernels: Kernels,
  team: Team | undefined,
  options: OptimizeOptions & { readonly solver: "newton" | "lbfgs" },
): Promise<Optimum> {
  const { columns, outputs, scale: unit } = data;
  const matrix = { rows: data.labels.length, columns, values: given };
  const scaling = fitStandardization(matrix);
  const input = applyScaling(scaling, matrix);
  const sums = await kernels.createLinearSums({ ...data, ...input }, team);
  const lambda = problem.lambda.map((each, j) => each / (unit * scaling.scale[j]) ** 2);
  const optimum = await optimize({ ...problem, sums, lambda, values: input.values }, options);
  const { parameters } = optimum;
  for (let k = 0; k < outputs; k++)
    for (let j = 0; j < columns; j++) {
      const slope = parameters[k * columns + j] / scaling.scale[j];
      parameters[k * columns + j] = slope / unit;
      parameters[outputs * columns + k] -= slope * scaling.center[j];
    }
  return optimum;
}
