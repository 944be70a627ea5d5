export { coefficients, type Coefficient } from "./coefficients.ts";
export { contributions, type Contribution, type Explanation } from "./contributions.ts";
export {
  covarianceOf,
  type Covariance,
  type CovarianceOptions,
  type InferredFit,
  type NoCovariance,
} from "./covariance.ts";
export { fullCovarianceOf } from "./full-covariance.ts";
export { lastLayerCovariance, type LastLayer, type LastLayerOptions } from "./last-layer.ts";
export { predictIntervals, type ProbabilityIntervals } from "./intervals.ts";
export { fitSummary, type FitSummary } from "./summary.ts";
export { attentionOf, type AttentionOfOptions, type CaseAttention } from "./attention.ts";
export type { Removal, RemovalOptions, TokensAway } from "./removal.ts";
export type { TokenPlan } from "./tokens.ts";
