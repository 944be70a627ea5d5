import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../errors/index.ts";
import { roles, rowsWithRole, splitRows, type Labels, type Role, type SplitShares } from "./index.ts";

const twoParts: SplitShares = { train: 0.8, test: 0.2 };
const fourParts: SplitShares = { train: 0.7, calibrate: 0.1, guarantee: 0.1, test: 0.1 };

/** Labels with so many rows of each class, in an order that is not sorted by class. */
function labelsWith(sizes: readonly number[]): Labels {
  const left = [...sizes];
  const indices: number[] = [];
  while (left.some((count) => count > 0))
    left.forEach((count, k) => {
      if (count > 0) indices.push(k);
      left[k] = count - 1;
    });
  return { classes: sizes.map((_, k) => `class ${k}`), indices: Int32Array.from(indices) };
}

/** Rows of one role, by class. */
function countsOf(labels: Labels, rowRoles: Uint8Array, role: Role): number[] {
  const counts = labels.classes.map(() => 0);
  for (const row of rowsWithRole(rowRoles, role)) counts[labels.indices[row]]++;
  return counts;
}

function partsOf(shares: SplitShares): Role[] {
  return roles.filter((role) => role !== "unused" && role !== "validate" && shares[role] !== undefined);
}

test("iris, 0.8/0.2: 40 rows of each class train and 10 test", () => {
  const labels = labelsWith([50, 50, 50]);
  const rowRoles = splitRows(labels, twoParts);
  expect(countsOf(labels, rowRoles, "train")).toEqual([40, 40, 40]);
  expect(countsOf(labels, rowRoles, "test")).toEqual([10, 10, 10]);
});

test("what rounding leaves goes to the part that is behind over all classes: 7 classes of 3 rows", () => {
  const labels = labelsWith([3, 3, 3, 3, 3, 3, 3]);
  const rowRoles = splitRows(labels, { train: 0.5, test: 0.5 });
  expect(Math.abs(rowsWithRole(rowRoles, "train").length - 10.5)).toBe(0.5);
});

describe("for any labels", () => {
  const anyShares = fc.constantFrom<SplitShares>(
    twoParts,
    fourParts,
    { train: 1 },
    { train: 0.97, calibrate: 0.01, guarantee: 0.01, test: 0.01 },
    { train: 0.1, calibrate: 0.3, test: 0.6 },
    { train: 1 / 3, guarantee: 2 / 3 },
  );
  const seeds = fc.nat();
  const anySizes = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 4, max: 90 })), {
    minLength: 1,
    maxLength: 9,
  });

  test("every row gets one of the parts, every class has a row in each, and the same seed the same roles", () => {
    fc.assert(
      fc.property(anySizes, anyShares, seeds, (sizes, shares, seed) => {
        const labels = labelsWith(sizes);
        const rowRoles = splitRows(labels, shares, { seed });
        const parts = partsOf(shares);
        const counts = parts.map((role) => countsOf(labels, rowRoles, role));
        sizes.forEach((size, k) => {
          expect(counts.reduce((sum, count) => sum + count[k], 0)).toBe(size);
          for (const count of counts) expect(count[k]).toBeGreaterThanOrEqual(Math.min(size, 1));
        });
        expect(rowRoles).toHaveLength(labels.indices.length);
        expect(splitRows(labels, shares, { seed })).toEqual(rowRoles);
      }),
    );
  });

  test("where a class fills every part, a part is within one row of its share, and of each class within one or two", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(twoParts, fourParts),
        fc.array(fc.integer({ min: 10, max: 200 }), { minLength: 1, maxLength: 9 }),
        seeds,
        (shares, sizes, seed) => {
          const labels = labelsWith(sizes);
          const rowRoles = splitRows(labels, shares, { seed });
          for (const role of partsOf(shares)) {
            const share = role === "unused" || role === "validate" ? 0 : (shares[role] ?? 0);
            const total = rowsWithRole(rowRoles, role).length;
            expect(Math.abs(total - share * labels.indices.length)).toBeLessThan(1);
            countsOf(labels, rowRoles, role).forEach((count, k) => {
              const distance = Math.abs(count - share * sizes[k]);
              expect(distance).toBeLessThan(shares === twoParts ? 1 : 2); // of three left over, two may go to one part
            });
          }
        },
      ),
      { seed: 7, numRuns: 300 },
    );
  });
});

test("another seed draws other rows, as many of them", () => {
  const labels = labelsWith([100, 60]);
  const a = splitRows(labels, twoParts, { seed: 1 });
  const b = splitRows(labels, twoParts, { seed: 2 });
  expect(a).not.toEqual(b);
  expect(countsOf(labels, a, "test")).toEqual(countsOf(labels, b, "test"));
  expect(splitRows(labels, twoParts)).toEqual(splitRows(labels, twoParts, { seed: 0 }));
});

test("each row of a class is as likely to be held out as any other", () => {
  const labels = labelsWith([10]);
  const heldOut = new Float64Array(10);
  for (let seed = 0; seed < 2000; seed++)
    for (const row of rowsWithRole(splitRows(labels, twoParts, { seed }), "test")) heldOut[row]++;
  // Each count is binomial(2000, 0.2): 400 ± 17.9. Five of its deviations.
  for (const count of heldOut) expect(Math.abs(count - 400)).toBeLessThan(90);
});

test("a share of 0 is a part that is left out", () => {
  const labels = labelsWith([5, 5]);
  const rowRoles = splitRows(labels, { train: 0.8, calibrate: 0, test: 0.2 });
  expect(rowRoles).toEqual(splitRows(labels, twoParts));
});

test.each<[SplitShares, string]>([
  [{ train: 0.8, test: 0.3 }, "train 0.8, test 0.3"],
  [{ train: 0.8 }, "train 0.8"],
  [{ train: 1.2, test: -0.2 }, "train 1.2, test -0.2"],
  [{ train: 0, test: 1 }, "train 0, test 1"],
  [{ train: NaN, test: 0.5 }, "train NaN, test 0.5"],
  [{ train: 0.5, test: Infinity }, "train 0.5, test Infinity"],
])("shares %j are refused", (shares, told) => {
  expect(() => splitRows(labelsWith([20]), shares)).toThrow(
    new InputError(
      `split: shares must be positive numbers that sum to 1, with some rows to train on, got ${told}`,
    ),
  );
});

test("a class with fewer rows than parts is refused by name, a class without rows is not", () => {
  expect(() => splitRows(labelsWith([20, 1]), twoParts)).toThrow(
    new InputError(
      'split: class "class 1" has 1 row, but 2 parts (train, test) need at least one each; add rows, leave the class out, or train on all rows',
    ),
  );
  expect(() => splitRows(labelsWith([3, 20]), fourParts)).toThrow(
    /^split: class "class 0" has 3 rows, but 4 parts \(train, calibrate, guarantee, test\) need/,
  );
  expect(splitRows(labelsWith([20, 0, 20]), fourParts)).toHaveLength(40);
  expect(splitRows({ classes: ["a", "b"], indices: new Int32Array() }, twoParts)).toHaveLength(0);
});

test("the rows of a role come in ascending order", () => {
  const rowRoles = Uint8Array.of(1, 4, 0, 1, 2, 1);
  expect([...rowsWithRole(rowRoles, "train")]).toEqual([0, 3, 5]);
  expect([...rowsWithRole(rowRoles, "test")]).toEqual([1]);
  expect([...rowsWithRole(rowRoles, "unused")]).toEqual([2]);
  expect([...rowsWithRole(rowRoles, "guarantee")]).toEqual([]);
});

describe("with groups", () => {
  const groupsOf = (rows: number, size: number) =>
    Array.from({ length: rows }, (_, row) => Math.floor(row / size));

  test("rows of one group get one role, whatever the seed", () => {
    const labels = labelsWith([60, 45, 30]);
    const groups = groupsOf(135, 7);
    for (let seed = 0; seed < 20; seed++) {
      const rowRoles = splitRows(labels, fourParts, { seed, groups });
      const roleOfGroup = new Map<number, number>();
      rowRoles.forEach((role, row) => {
        expect(roleOfGroup.get(groups[row]) ?? role).toBe(role);
        roleOfGroup.set(groups[row], role);
      });
      for (const role of partsOf(fourParts)) expect(rowsWithRole(rowRoles, role).length).toBeGreaterThan(0);
    }
  });

  test("many small groups come near the shares in every class", () => {
    const labels = labelsWith([300, 300]);
    const rowRoles = splitRows(labels, twoParts, { seed: 3, groups: groupsOf(600, 3) });
    for (const count of countsOf(labels, rowRoles, "test"))
      expect(Math.abs(count - 60)).toBeLessThanOrEqual(6);
  });

  test("fewer groups than parts is refused", () => {
    const labels = labelsWith([4, 4]);
    expect(() => splitRows(labels, fourParts, { groups: groupsOf(8, 4) })).toThrow(
      "2 groups of rows cannot be divided into 4 parts",
    );
  });

  test("one group per row is needed", () => {
    expect(() => splitRows(labelsWith([4, 4]), twoParts, { groups: [1] })).toThrow("one group per row");
  });
});
