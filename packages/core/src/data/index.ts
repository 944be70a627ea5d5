export { readIdx, type IdxArray } from "./idx.ts";
export { labelsOf, sortClasses, type Labels } from "./labels.ts";
export { packRoles, unpackRoles, type LedgerEntry } from "./ledger.ts";
export { matrix, takeRows, type Logits, type Matrix, type Probabilities, type Values } from "./matrix.ts";
export { roles, rowsWithRole, splitRows, type Role, type SplitShares } from "./split.ts";
