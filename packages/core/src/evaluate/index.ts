export { evaluate, type EvaluateOptions } from "./evaluate.ts";
export type { ClassFigures, Evaluation, Interval, ReliabilityBin } from "./evaluation.ts";
export { accuracy, brierScore, confusionMatrix, logLoss } from "./metrics.ts";
export {
  classwiseCalibrationError,
  debiasedCalibrationError,
  expectedCalibrationError,
  maximumCalibrationError,
} from "./calibration-error.ts";
export type { BinOptions } from "./forecast-bins.ts";
export { calibrationLines, type CalibrationEstimate, type CalibrationLine } from "./calibration-line.ts";
export { spiegelhalterTest, type CalibrationTest } from "./spiegelhalter.ts";
export {
  brierDecomposition,
  corpDecomposition,
  type BrierDecomposition,
  type CorpDecomposition,
} from "./decomposition.ts";
export {
  corpDiagram,
  reliabilityDiagram,
  type CorpDiagram,
  type DiagramOptions,
  type ReliabilityDiagram,
} from "./reliability.ts";
export { compareModels, type ModelComparison } from "./compare.ts";
export {
  compareLabelModels,
  type CompareLabelsOptions,
  type LabelModelComparison,
} from "./compare-labels.ts";
export type { CompareOptions, Difference } from "./paired.ts";
export {
  averagePrecision,
  rocArea,
  rocCurve,
  type CurvePoint,
  type RocArea,
  type RocAreaOptions,
} from "./roc.ts";
export { crossValidate, type CrossValidateOptions, type CrossValidation } from "./cross-validate.ts";
export {
  compareFits,
  type CompareFitsOptions,
  type ComparedFit,
  type FitChoice,
  type FitComparison,
  type FitFigure,
} from "./compare-fits.ts";
export type { FoldFigure } from "./fold-figure.ts";
export { classScores, marksOf } from "./scores.ts";
export { evaluateLabels, type EvaluateLabelsOptions } from "./evaluate-labels.ts";
export type { AverageFigures, LabelEvaluation, LabelFigures } from "./label-evaluation.ts";
export type { LabelRanking } from "./label-ranking.ts";
export { labelPairs } from "./label-pairs.ts";
