import { InputError } from "../errors/index.ts";
import { shuffle, type Generator } from "../random/index.ts";
import type { Labels } from "./labels.ts";

/**
 * Gives every group to one part, whole: the larger groups first, in random order where they are equal, each to
 * the part that it brings nearest to its share of every class.
 *
 * @param groups the group of each row, any whole numbers
 * @param shares of the parts, together 1
 * @returns the part of each row
 * @throws InputError when there are fewer groups than parts
 */
export function splitGroups(
  { classes, indices }: Labels,
  groups: ArrayLike<number>,
  shares: readonly number[],
  generator: Generator,
): Uint8Array {
  const classCount = classes.length;
  const places = new Map<number, number>();
  const groupOfRow = Int32Array.from(groups, (group) => {
    const known = places.get(group);
    if (known !== undefined) return known;
    places.set(group, places.size);
    return places.size - 1;
  });
  if (places.size < shares.length)
    throw new InputError(
      `split: ${places.size} ${places.size === 1 ? "group" : "groups"} of rows cannot be divided into ${shares.length} parts, since a group stays together`,
    );
  const counts = new Float64Array(places.size * classCount); // rows of each class in each group
  const sizes = new Float64Array(places.size);
  const totals = new Float64Array(classCount);
  indices.forEach((k, row) => {
    counts[groupOfRow[row] * classCount + k]++;
    sizes[groupOfRow[row]]++;
    totals[k]++;
  });
  const order = Uint32Array.from(sizes, (_, group) => group);
  shuffle(order, generator);
  const bySize = [...order].toSorted((a, b) => sizes[b] - sizes[a]); // stable: equal ones stay shuffled

  const given = shares.map(() => new Float64Array(classCount));
  const filled = shares.map(() => 0);
  const partOfGroup = new Uint8Array(places.size);
  bySize.forEach((group, i) => {
    const own = counts.subarray(group * classCount, (group + 1) * classCount);
    // When only as many groups are left as there are empty parts, those are served first.
    const empty = filled.filter((groupsInPart) => groupsInPart === 0).length;
    const mustFill = places.size - i <= empty;
    let best = -1;
    let bestGain = -Infinity;
    shares.forEach((share, part) => {
      if (mustFill && filled[part] > 0) return;
      // How much nearer to its wanted counts the part comes, classes weighted by their rarity.
      let gain = 0;
      for (let k = 0; k < classCount; k++) {
        if (totals[k] === 0) continue;
        const before = given[part][k] / totals[k] - share;
        const after = before + own[k] / totals[k];
        gain += before * before - after * after;
      }
      if (gain > bestGain) {
        bestGain = gain;
        best = part;
      }
    });
    partOfGroup[group] = best;
    filled[best]++;
    own.forEach((count, k) => (given[best][k] += count));
  });
  return Uint8Array.from(groupOfRow, (group) => partOfGroup[group]);
}
