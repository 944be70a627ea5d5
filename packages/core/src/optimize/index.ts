export { lbfgs } from "./lbfgs.ts";
export { newton } from "./newton.ts";
export { optimize, solverFor } from "./optimize.ts";
export { spreadRows } from "./sample.ts";
export type {
  LinearProblem,
  Obstacle,
  Optimum,
  OptimizeOptions,
  OptimizeProgress,
  OptimumStatus,
} from "./problem.ts";
export { minimizeConvex, type ConvexFunction, type ConvexMinimum } from "./convex.ts";
export { fitLogistic, type LogisticRows } from "./logistic.ts";
export { openElasticNet, type ElasticNet, type ElasticNetFit } from "./elastic-net.ts";
export {
  chooseLambda,
  fitElasticNetPath,
  type ChoiceOptions,
  type LambdaChoice,
  type PathOptions,
} from "./elastic-net-path.ts";
export type { ElasticNetData } from "./net.ts";
export {
  fitSparseSigmoids,
  sparseTolerance,
  type SparseOptimum,
  type SparseOptions,
  type SparseProgress,
  type SparseSigmoids,
} from "./sparse-sigmoids.ts";
export {
  fitSparseSoftmax,
  type SparseSoftmax,
  type SparseSoftmaxOptimum,
  type SparseSoftmaxOptions,
} from "./sparse-softmax.ts";
export { packColumns } from "./sparse-columns.ts";
