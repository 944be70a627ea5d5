export { coverageBand, type CoverageBand, type CoverageBandOptions } from "./band.ts";
export type { ConformalMethod } from "./conformity.ts";
export {
  crossConformalSets,
  fitCrossConformal,
  type CrossConformalNumbers,
  type CrossConformalOptions,
  type CrossConformalSets,
} from "./cross.ts";
export {
  evaluateSets,
  type ObservedCoverage,
  type SetEvaluation,
  type SetEvaluationOptions,
} from "./evaluate-sets.ts";
export { feasibleCoverage, rowsNeeded } from "./feasibility.ts";
export { fitConformal, type ConformalOptions } from "./fit.ts";
export {
  binaryOutcomes,
  setOfRow,
  setSizes,
  type BinaryOutcome,
  type ConformalThreshold,
  type PredictionSets,
} from "./prediction-sets.ts";
export { controlMissedLabels, type MissedLabels, type MissedLabelsOptions } from "./missed-labels.ts";
export { controlRisk, type ControlledRisk, type RiskOptions } from "./risk.ts";
export type { RowIds } from "./row-hash.ts";
export { conformalSets, type ConformalNumbers, type ConformalSets, type SetsOptions } from "./sets.ts";
