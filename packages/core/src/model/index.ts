export {
  createClassifier,
  type Classifier,
  type ClassifierParts,
  type EpochRecord,
  type Features,
  type FitStatus,
  type TrainingRun,
} from "./classifier.ts";
export type { Head, SoftmaxForm } from "./heads/head.ts";
export { heads } from "./heads/heads.ts";
export { sigmoidHead } from "./heads/sigmoid.ts";
export { softmaxHead } from "./heads/softmax.ts";
