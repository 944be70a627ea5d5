export { evaluate, type EvaluateOptions } from "./evaluate.ts";
export type { ClassFigures, Evaluation, Interval, ReliabilityBin } from "./evaluation.ts";
export { accuracy, brierScore, confusionMatrix, expectedCalibrationError, logLoss } from "./metrics.ts";
