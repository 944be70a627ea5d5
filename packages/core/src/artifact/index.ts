export { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
export { readModel, writeModel } from "./model.ts";
export { sha256 } from "./sha256.ts";
