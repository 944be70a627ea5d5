import { lbfgs } from "./lbfgs.ts";
import { newton } from "./newton.ts";
import type { LinearProblem, Optimum, OptimizeOptions } from "./problem.ts";

/** Products of a Newton step up to which it is the faster way. */
const mostNewtonWork = 5e7;
const mostNewtonParameters = 1500;

interface ProblemShape {
  readonly rows: number;
  readonly columns: number;
  readonly outputs: number;
  readonly lambda: Float64Array;
}

/** Which solver `auto` takes: Newton where the whole Hessian is cheap, or where nothing but it can tell the end. */
export function solverFor({ rows, columns, outputs, lambda }: ProblemShape): "newton" | "lbfgs" {
  const size = (columns + 1) * Math.max(1, outputs - 1);
  const work = rows * size * size;
  if (size > mostNewtonParameters) return "lbfgs";
  return work <= mostNewtonWork || lambda.includes(0) ? "newton" : "lbfgs";
}

/** The optimum of a linear problem, with the bound that proves it; or why there is none. */
export function optimize(
  problem: LinearProblem,
  options: OptimizeOptions & { readonly solver?: "auto" | "newton" | "lbfgs" } = {},
): Promise<Optimum> {
  const { solver = "auto" } = options;
  const { rows, columns, outputs } = problem.sums;
  const chosen = solver === "auto" ? solverFor({ rows, columns, outputs, lambda: problem.lambda }) : solver;
  return chosen === "newton" ? newton(problem, options) : lbfgs(problem, options);
}
