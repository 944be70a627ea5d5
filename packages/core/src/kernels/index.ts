export type { ActivationKernels, ActivationRoom, ElementwiseActivation } from "./activation.ts";
export type {
  AttentionGradients,
  AttentionPlan,
  AttentionRoom,
  AttentionShape,
  AttentionTensors,
} from "./attention.ts";
export type {
  Kernels,
  LinearInput,
  LinearLayer,
  LinearRow,
  MatrixProduct,
  ProductShape,
  SoftmaxRows,
  SoftmaxRun,
  SoftmaxRunData,
  StepOptions,
  StepTotals,
} from "./kernels.ts";
export { mostSteps } from "./kernels.ts";
export type {
  CompressedRows,
  SparseLanes,
  SparseLanesData,
  SparseLayer,
  SparseLogits,
  Vectors,
} from "./compressed-rows.ts";
export { plainKernels } from "./plain.ts";
export { createKernels } from "./simd.ts";
export type { SparseSums, SparseSumsData } from "./sparse-sums.ts";
export { createSparseRun, type SparseRunData } from "./sparse-run.ts";
export type { LinearPasses, LinearSums, LinearSumsData, LineValues } from "./sums.ts";
export * from "./network/index.ts";
export { weightedGram } from "./gram.ts";
export { createMember, createTeam, type Team, type TeamMessage, type ThreadTeam } from "./team.ts";
