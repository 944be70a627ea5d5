import type { Classifier } from "@sigmax/core";
import { rowsWithRole } from "@sigmax/core/data";
import type { EpochRecord } from "@sigmax/core/model";

/** The epoch whose weights the model has: where validation rows chose, that of their lowest loss, the first of equals; else the last. */
export function keptEpoch(history: readonly EpochRecord[]): EpochRecord | undefined {
  const judged = history.filter(({ validationLoss }) => validationLoss !== undefined);
  return judged.length === 0
    ? history.at(-1)
    : judged.reduce((best, epoch) => (lossOf(epoch) < lossOf(best) ? epoch : best));
}

/** Of the training rows, those that chose the epoch and moved no weight. */
export function validationRows({ ledger }: Classifier): number {
  return ledger.reduce((sum, { rowRoles }) => sum + rowsWithRole(rowRoles, "validate").length, 0);
}

function lossOf({ validationLoss = Infinity }: EpochRecord): number {
  return validationLoss;
}
