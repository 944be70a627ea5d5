export { readIdx, type IdxArray } from "./idx.ts";
export { exclusiveLabelsAdvice, severalLabelsAdvice } from "./label-advice.ts";
export { classTotals, labelsOf, sortClasses, type Labels } from "./labels.ts";
export {
  isLabelSets,
  labelSetsOfColumns,
  labelSetsOfList,
  labelStrata,
  takeLabelRows,
  takeLabelSets,
  unknownLabels,
  type LabelSets,
  type ListOptions,
} from "./label-sets.ts";
export { packRoles, unpackRoles, type LedgerEntry } from "./ledger.ts";
export {
  emptyLike,
  matrix,
  partOf,
  takeRows,
  type Floats,
  type Logits,
  type Matrix,
  type Probabilities,
  type Values,
} from "./matrix.ts";
export { foldsOf, type FoldOptions } from "./folds.ts";
export { roles, rowsWithRole, splitRows, type Role, type SplitShares } from "./split.ts";
export {
  createSparseRows,
  sparseMatrix,
  takeSparseRows,
  type SparseMatrix,
  type SparseRows,
} from "./sparse.ts";
export { tableOf, tableOfColumns, type Cell, type Columns, type Row } from "./rows.ts";
export {
  table,
  takeTableRows,
  takeTarget,
  type CategoricalColumn,
  type NumericColumn,
  type Table,
  type TableColumn,
} from "./table.ts";
export { describe, listOf } from "./words.ts";
