export type { Checkpoint, RunIdentity } from "./checkpoint.ts";
export type { FitProgress } from "./descend.ts";
export { fitClassifier, type FitOptions, type TrainingData } from "./fit.ts";
export type { Plan } from "./plan.ts";
export { schedules } from "./schedule.ts";
