export type { Checkpoint, RunIdentity } from "./checkpoint.ts";
export type { FitProgress } from "./descend.ts";
export type { ColumnsData, MatrixData, RowsData, TableData, TrainingData } from "./data.ts";
export { fitClassifier, type FitOptions } from "./fit.ts";
export type { Plan } from "./plan.ts";
export { schedules } from "./schedule.ts";
