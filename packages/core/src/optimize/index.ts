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
export { openElasticNet, type ElasticNet, type ElasticNetData, type ElasticNetFit } from "./elastic-net.ts";
export { chooseLambda, fitElasticNetPath, type LambdaChoice, type PathOptions } from "./elastic-net-path.ts";
export { minimizeConvex, type ConvexFunction, type ConvexMinimum } from "./convex.ts";
export { fitLogistic, type LogisticRows } from "./logistic.ts";
