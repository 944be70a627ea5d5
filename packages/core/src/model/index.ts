export {
  createClassifier,
  linearLayerOf,
  needOneOfK,
  type Classifier,
  type ClassifierParts,
  type Features,
} from "./classifier.ts";
export { takesTexts } from "./sparse-classifier.ts";
export { bodyArrays, bodyFacts, bodyProgram, hiddenParameters, type Body, type LayerFacts } from "./body.ts";
export { labelThresholdsOf, type Calibrator, type ModelCalibration } from "./calibration.ts";
export { isExact, type AnyLayer, type Layer, type ScoreUnit } from "./layer.ts";
export {
  isDescent,
  type CovarianceKind,
  type DescentSettings,
  type EpochRecord,
  type ExactSettings,
  type FitStatus,
  type FullCovariance,
  type GivenSettings,
  type KroneckerCovariance,
  type LayerMeters,
  type ModelInference,
  type OptimumRecord,
  type TrainingRun,
} from "./training.ts";
export { createNetwork, type Network, type NetworkStage, type PlacedStage } from "./network.ts";
export { createLayer } from "./layers/layers.ts";
export type { NetworkLayer, ParameterArray, RecordedLayer } from "./layers/layer.ts";
export { activationNames, namedActivation, type NamedActivation } from "./layers/named-activation.ts";
export type { Initialization, LayerSettings } from "./layers/settings.ts";
export type { Head, SoftmaxForm } from "./heads/head.ts";
export { heads } from "./heads/heads.ts";
export { multilabelHead } from "./heads/multilabel.ts";
export { sigmoidHead } from "./heads/sigmoid.ts";
export { softmaxHead } from "./heads/softmax.ts";
