export {
  createClassifier,
  type Classifier,
  type ClassifierParts,
  type EpochRecord,
  type Features,
  type FitStatus,
  type TrainingRun,
} from "./classifier.ts";
export { softmaxHead, type Head } from "./heads/softmax.ts";
