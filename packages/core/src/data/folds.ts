import { InputError } from "../errors/index.ts";
import { createGenerator, shuffle } from "../random/index.ts";
import type { Labels } from "./labels.ts";
import { splitGroups } from "./split-groups.ts";

export interface FoldOptions {
  /** How many parts, 2 to 255. Default 10. */
  readonly folds?: number;
  /** How often the rows are divided anew. Default 1. */
  readonly repeats?: number;
  /** The group of each row: groups stay whole. */
  readonly groups?: ArrayLike<number> | undefined;
  /** Default 0. */
  readonly seed?: number;
}

/**
 * Divides rows into folds for cross-validation, class by class (stratified): sizes differ by at most one in every class.
 * With groups, each group goes whole into one fold, classes as even as that allows.
 *
 * @returns for each repeat the fold of each row
 * @throws InputError when there are fewer rows (or groups) than folds, or an option is out of range
 */
export function foldsOf(
  labels: Labels,
  { folds = 10, repeats = 1, groups, seed = 0 }: FoldOptions = {},
): readonly Uint8Array[] {
  const rows = labels.indices.length;
  if (!Number.isInteger(folds) || folds < 2 || folds > 255)
    throw new InputError(`folds: must be a whole number from 2 to 255, got ${folds}`);
  if (!Number.isInteger(repeats) || repeats < 1)
    throw new InputError(`folds: repeats must be a whole number, 1 or more, got ${repeats}`);
  if (rows < folds) throw new InputError(`folds: ${rows} rows cannot be divided into ${folds} folds`);
  if (groups && groups.length !== rows)
    throw new InputError(`folds: needs one group per row, got ${groups.length} for ${rows} rows`);
  return Array.from({ length: repeats }, (_, repeat) => {
    const generator = createGenerator(seed, 0x10000 + repeat);
    if (groups)
      return splitGroups(
        labels,
        groups,
        Array.from({ length: folds }, () => 1 / folds),
        generator,
      );
    const output = new Uint8Array(rows);
    // Each class goes on where the one before it stopped, so that small classes do not all meet in the first folds.
    let next = generator.below(folds);
    for (let k = 0; k < labels.classes.length; k++) {
      const own = Uint32Array.from(placesOf(labels.indices, k));
      shuffle(own, generator);
      for (const row of own) {
        output[row] = next;
        next = (next + 1) % folds;
      }
    }
    return output;
  });
}

function placesOf(indices: Int32Array, k: number): number[] {
  const places: number[] = [];
  indices.forEach((index, row) => {
    if (index === k) places.push(row);
  });
  return places;
}
