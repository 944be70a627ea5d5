export {
  createClassifier,
  linearLayerOf,
  type Classifier,
  type ClassifierParts,
  type Features,
} from "./classifier.ts";
export type { Calibrator, ModelCalibration } from "./calibration.ts";
export { isExact, type AnyLayer, type Layer, type ScoreUnit } from "./layer.ts";
export type {
  CovarianceKind,
  DescentSettings,
  EpochRecord,
  ExactSettings,
  FitStatus,
  FullCovariance,
  GivenSettings,
  KroneckerCovariance,
  ModelInference,
  OptimumRecord,
  TrainingRun,
} from "./training.ts";
export type { Head, SoftmaxForm } from "./heads/head.ts";
export { heads } from "./heads/heads.ts";
export { sigmoidHead } from "./heads/sigmoid.ts";
export { softmaxHead } from "./heads/softmax.ts";
