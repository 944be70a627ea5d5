export { lbfgs } from "./lbfgs.ts";
export { newton } from "./newton.ts";
export { optimize, solverFor } from "./optimize.ts";
export type {
  LinearProblem,
  Obstacle,
  Optimum,
  OptimizeOptions,
  OptimizeProgress,
  OptimumStatus,
} from "./problem.ts";
