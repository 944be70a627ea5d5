export { evaluate, type EvaluateOptions } from "./evaluate.ts";
export type { ClassFigures, Evaluation, Interval, ReliabilityBin } from "./evaluation.ts";
export { accuracy, brierScore, confusionMatrix, expectedCalibrationError, logLoss } from "./metrics.ts";
export { compareModels, type CompareOptions, type Difference, type ModelComparison } from "./compare.ts";
export { averagePrecision, rocArea, rocCurve, type CurvePoint, type RocArea } from "./roc.ts";
export {
  crossValidate,
  type CrossValidateOptions,
  type CrossValidation,
  type FoldFigure,
} from "./cross-validate.ts";
