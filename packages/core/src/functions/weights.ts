import { InputError } from "../errors/index.ts";

/**
 * What a weighted mean over rows divides by: the sum of the weights, or the number of rows without any.
 *
 * @throws InputError unless there is a row, and a weight for each, finite, ≥ 0 and not all 0
 */
export function totalWeight(
  where: string,
  sampleWeights: ArrayLike<number> | undefined,
  rows: number,
): number {
  if (rows === 0) throw new InputError(`${where}: a mean needs at least one row, got none`);
  if (sampleWeights === undefined) return rows;
  if (sampleWeights.length !== rows)
    throw new InputError(`${where}: sampleWeights must be one per row, ${rows}, got ${sampleWeights.length}`);
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const weight = sampleWeights[row];
    if (!(weight >= 0 && weight < Infinity))
      throw new InputError(`${where}: sampleWeights must be finite and ≥ 0, got ${weight} at row ${row}`);
    total += weight;
  }
  if (!(total > 0 && total < Infinity))
    throw new InputError(`${where}: sampleWeights must have a finite sum above 0, got ${total}`);
  return total;
}
