export { decide } from "./decide.ts";
export type { RowCosts } from "./cost-choice.ts";
export type { DecideInput, Decision, DecisionIds, Decisions } from "./decision.ts";
export { reasons, reasonsOf, type Reason } from "./reasons.ts";
export type { CostColumn, CostPolicy, Doubt, Policy, RiskPolicy, ThresholdPolicy } from "./policy.ts";
export { readPolicy } from "./read-policy.ts";
export { policyCosts } from "./policy-costs.ts";
export type { StrategyCost } from "./strategy-costs.ts";
export { fitSelective, type Selective, type SelectiveOptions } from "./selective.ts";
export { riskCoverage, type RiskCoverage, type RiskCoveragePoint } from "./risk-coverage.ts";
export {
  chowThreshold,
  elkanThreshold,
  tuneThreshold,
  type BinaryCosts,
  type ThresholdMetric,
  type TunedThreshold,
  type TuneOptions,
} from "./threshold.ts";
export {
  decisionCurve,
  type DecisionCurve,
  type DecisionCurveOptions,
  type DecisionCurvePoint,
} from "./decision-curve.ts";
export { estimatePriors, shiftPriors, type EstimatedPriors } from "./prior-shift.ts";
export { combine, fitReader, type Answers, type Reader, type ReaderOptions } from "./reader.ts";
export { fitPool, type OpinionPool, type PoolOptions, type StatedProbabilities } from "./pool.ts";
export {
  compareReader,
  type ErrorDifference,
  type ErrorRate,
  type ReaderComparison,
} from "./compare-reader.ts";
export type { BootstrapOptions } from "./bootstrap.ts";
export {
  tuneLabelThresholds,
  type LabelThreshold,
  type LabelThresholdOptions,
  type LabelThresholds,
} from "./label-thresholds.ts";
export { labelPolicyCosts } from "./label-policy-costs.ts";
export { readLabelPolicy, type LabelCosts, type LabelPolicy } from "./label-policy.ts";
export {
  decideLabels,
  labelActions,
  type DecideLabelsInput,
  type LabelAction,
  type LabelDecision,
  type LabelDecisions,
  type LabelReason,
} from "./decide-labels.ts";
