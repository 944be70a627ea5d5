import type { EpochRecord } from "@sigmax/core/model";

/** The epoch whose weights the model has: where validation rows chose, that of their lowest loss, the first of equals; else the last. */
export function keptEpoch(history: readonly EpochRecord[]): EpochRecord | undefined {
  const judged = history.filter(({ validationLoss }) => validationLoss !== undefined);
  return judged.length === 0
    ? history.at(-1)
    : judged.reduce((best, epoch) => (lossOf(epoch) < lossOf(best) ? epoch : best));
}

function lossOf({ validationLoss = Infinity }: EpochRecord): number {
  return validationLoss;
}
