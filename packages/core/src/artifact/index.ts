export { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
export type { Guarantees } from "./guarantees.ts";
export { readModel, writeModel, type SavedModel } from "./model.ts";
export { sha256 } from "./sha256.ts";
