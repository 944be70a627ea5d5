export { readModel, writeModel } from "./artifact/index.ts";
export { InputError } from "./errors/index.ts";
export { evaluate, type Evaluation } from "./evaluate/index.ts";
export {
  labelsOf,
  matrix,
  tableOf,
  tableOfColumns,
  type Cell,
  type Labels,
  type Logits,
  type Matrix,
  type Probabilities,
  type Row,
  type Table,
} from "./data/index.ts";
export { softmax } from "./functions/index.ts";
export { createKernels } from "./kernels/index.ts";
export type { Classifier, ClassifierParts } from "./model/index.ts";
export { fitClassifier, type FitOptions, type FitProgress, type TrainingData } from "./train/index.ts";
export { version } from "./version.ts";
