export { fitClassifier, type FitOptions, type FitProgress, type TrainingData } from "./fit.ts";
