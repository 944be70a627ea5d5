import { describe, expect, test } from "vitest";
import { InputError } from "../errors/index.ts";
import { createGenerator } from "../random/index.ts";
import { foldsOf, labelsOf, type Labels } from "./index.ts";

const generator = createGenerator(1);
const labels = labelsOf(Array.from({ length: 203 }, () => ["a", "a", "a", "b", "c"][generator.below(5)]));

/** How many rows of a class each fold has. */
function countsOf({ indices }: Labels, folds: Uint8Array, k: number, count: number): number[] {
  const counts = Array<number>(count).fill(0);
  indices.forEach((own, row) => (counts[folds[row]] += Number(own === k)));
  return counts;
}

const spread = (counts: readonly number[]): number => Math.max(...counts) - Math.min(...counts);

describe("without groups", () => {
  test.each([2, 3, 7, 10, 203])(
    "%i folds: sizes differ by at most one, in all and in every class",
    (folds) => {
      const [foldOfRow] = foldsOf(labels, { folds });
      const sizes = Array<number>(folds).fill(0);
      foldOfRow.forEach((fold) => sizes[fold]++);
      expect(sizes).toHaveLength(folds);
      expect(spread(sizes)).toBeLessThanOrEqual(1);
      for (let k = 0; k < 3; k++)
        expect(spread(countsOf(labels, foldOfRow, k, folds))).toBeLessThanOrEqual(1);
    },
  );

  test("classes of one row each do not all meet in one fold", () => {
    const lone = labelsOf(Array.from({ length: 20 }, (_, row) => row));
    expect(new Set(foldsOf(lone, { folds: 10 })[0]).size).toBe(10);
  });

  test("the seed decides; each repeat divides anew", () => {
    const three = foldsOf(labels, { folds: 5, repeats: 3, seed: 9 });
    expect(three).toHaveLength(3);
    expect(foldsOf(labels, { folds: 5, repeats: 3, seed: 9 })).toEqual(three);
    expect(foldsOf(labels, { folds: 5, seed: 9 })[0]).toEqual(three[0]);
    expect(three[1]).not.toEqual(three[0]);
    expect(foldsOf(labels, { folds: 5, seed: 10 })[0]).not.toEqual(three[0]);
  });

  test("every row comes into every fold as often as into any other, over seeds", () => {
    const counts = Array<number>(5).fill(0);
    for (let seed = 0; seed < 2000; seed++) counts[foldsOf(labels, { folds: 5, seed })[0][17]]++;
    // 400 each, with a standard deviation of 18.
    for (const count of counts) expect(Math.abs(count - 400)).toBeLessThan(72);
  });
});

describe("with groups", () => {
  const groups = Int32Array.from({ length: 203 }, (_, row) => 1000 - Math.floor(row / 4));

  test("no group straddles two folds, in any repeat", () => {
    for (const foldOfRow of foldsOf(labels, { folds: 6, repeats: 4, groups })) {
      const own = new Map<number, number>();
      foldOfRow.forEach((fold, row) => {
        expect(own.get(groups[row]) ?? fold).toBe(fold);
        own.set(groups[row], fold);
      });
      expect(new Set(foldOfRow).size).toBe(6);
    }
  });

  test("sizes and classes are nearly even", () => {
    const [foldOfRow] = foldsOf(labels, { folds: 5, groups });
    const sizes = Array<number>(5).fill(0);
    foldOfRow.forEach((fold) => sizes[fold]++);
    expect(spread(sizes)).toBeLessThanOrEqual(8);
    for (let k = 0; k < 3; k++) expect(spread(countsOf(labels, foldOfRow, k, 5))).toBeLessThanOrEqual(6);
  });

  test("as many groups as folds: one each, however unequal", () => {
    const uneven = Int32Array.from({ length: 203 }, (_, row) => (row < 190 ? 0 : row < 200 ? 1 : 2));
    const [foldOfRow] = foldsOf(labels, { folds: 3, groups: uneven });
    expect(new Set(foldOfRow).size).toBe(3);
    expect(new Set(foldOfRow.subarray(0, 190)).size).toBe(1);
  });

  test("the seed decides", () => {
    expect(foldsOf(labels, { folds: 5, groups, seed: 1 })).toEqual(
      foldsOf(labels, { folds: 5, groups, seed: 1 }),
    );
    expect(foldsOf(labels, { folds: 5, groups, seed: 1 })).not.toEqual(
      foldsOf(labels, { folds: 5, groups, seed: 2 }),
    );
  });
});

test.each([
  [{ folds: 1 }, "folds: must be a whole number from 2 to 255, got 1"],
  [{ folds: 256 }, "folds: must be a whole number from 2 to 255, got 256"],
  [{ folds: 2.5 }, "folds: must be a whole number from 2 to 255, got 2.5"],
  [{ repeats: 0 }, "folds: repeats must be a whole number, 1 or more, got 0"],
  [{ folds: 204 }, "folds: 203 rows cannot be divided into 204 folds"],
  [{ groups: [1, 2] }, "folds: needs one group per row, got 2 for 203 rows"],
  [
    { folds: 3, groups: Array.from({ length: 203 }, (_, row) => row % 2) },
    "split: 2 groups of rows cannot be divided into 3 parts, since a group stays together",
  ],
])("%o is refused", (options, message) => {
  expect(() => foldsOf(labels, options)).toThrow(new InputError(message));
});
