export type {
  BestEpoch,
  Checkpoint,
  LinearCheckpoint,
  NetworkCheckpoint,
  RunIdentity,
} from "./checkpoint.ts";
export type { FitProgress } from "./descend.ts";
export type { ColumnsData, MatrixData, RowsData, TableData, TrainingData } from "./data.ts";
export { healthWarnings } from "./health.ts";
export { fitClassifier, type FitOptions } from "./fit.ts";
export { readHidden, type HiddenLayer } from "./hidden.ts";
export type { DescentSolver, NetworkOptions, NetworkPlan } from "./network-plan.ts";
export type { Plan } from "./plan.ts";
export { schedules } from "./schedule.ts";
