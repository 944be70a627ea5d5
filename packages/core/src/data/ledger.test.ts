import * as fc from "fast-check";
import { expect, test } from "vitest";
import { InputError } from "../errors/index.ts";
import { createGenerator } from "../random/index.ts";
import { packRoles, roles, unpackRoles } from "./index.ts";

test("runs of equal roles become a role and a count, 7 bits a byte, low bits first", () => {
  expect([...packRoles(Uint8Array.of(1, 1, 1, 4))]).toEqual([1, 3, 4, 1]);
  expect([...packRoles(new Uint8Array(300).fill(2))]).toEqual([2, 0x80 + (300 % 128), 2]);
  expect([...packRoles(new Uint8Array())]).toEqual([]);
});

test("a set used as a whole is 4 bytes, a random split well under 1 byte a row", () => {
  expect(packRoles(new Uint8Array(60_000).fill(1))).toHaveLength(4);
  const generator = createGenerator(1);
  const random = Uint8Array.from({ length: 10_000 }, () => (generator.below(5) === 0 ? 4 : 1));
  expect(packRoles(random).length).toBeLessThan(0.7 * random.length);
});

/** Long runs and short ones, so that counts of one, two and three bytes occur. */
const manyRuns = fc
  .array(
    fc.tuple(
      fc.nat(roles.length - 1),
      fc.oneof(fc.nat(5), fc.nat(200), fc.constantFrom(127, 128, 16_383, 16_384)),
    ),
  )
  .map((runs) => Uint8Array.from(runs.flatMap(([role, count]) => Array<number>(count).fill(role))));

test("what was packed is unpacked again", () => {
  fc.assert(
    fc.property(manyRuns, (rowRoles) => {
      // By hand: vitest compares arrays of this length slowly.
      const unpacked = unpackRoles(packRoles(rowRoles), rowRoles.length);
      expect(unpacked).toHaveLength(rowRoles.length);
      expect(unpacked.findIndex((role, row) => role !== rowRoles[row])).toBe(-1);
    }),
  );
});

/** Null where the bytes are refused; any other error goes on. */
function unpackedOrNull(bytes: Uint8Array, rows: number): Uint8Array | null {
  try {
    return unpackRoles(bytes, rows);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

test("any bytes are either what packRoles writes or refused", () => {
  let accepted = 0;
  const lists = fc.array(fc.oneof(fc.nat(5), fc.nat(255), fc.constantFrom(0, 127, 128)), { maxLength: 12 });
  fc.assert(
    fc.property(lists, fc.nat(20), (list, rows) => {
      const bytes = Uint8Array.from(list);
      const unpacked = unpackedOrNull(bytes, rows);
      if (unpacked) accepted++;
      expect(unpacked?.length ?? rows).toBe(rows);
      expect(unpacked ? packRoles(unpacked) : bytes).toEqual(bytes);
    }),
    { numRuns: 5000, seed: 1 },
  );
  expect(accepted).toBeGreaterThan(10);
});

const badRun = "ledger: damaged: a run of rows is cut off, has an unknown role or goes beyond the last row";

test.each([
  ["an unknown role", [6, 3], 3, badRun],
  ["a run without a count", [1], 5, badRun],
  ["a run that ends within its count", [1, 0x85], 5, badRun],
  ["an empty run", [1, 0], 0, badRun],
  ["a count with a leading zero", [1, 0x85, 0], 5, badRun],
  ["two runs of one role", [1, 2, 1, 3], 5, badRun],
  ["one row too many", [1, 4], 3, badRun],
  ["one row too few", [1, 2], 3, "ledger: damaged: it speaks of 2 rows, the source has 3"],
  ["nothing, of 3 rows", [], 3, "ledger: damaged: it speaks of 0 rows, the source has 3"],
  [
    "more rows than memory",
    [1, 4],
    2 ** 50,
    "ledger: damaged: it speaks of 4 rows, the source has 1125899906842624",
  ],
  [
    "a run of 2⁴⁹ rows",
    [1, ...Array<number>(7).fill(128), 1],
    2 ** 49,
    /^ledger: damaged: it speaks of 562949953421312 rows/,
  ],
  ["a count beyond any number", [1, ...Array<number>(200).fill(128), 1], 3, badRun],
])("%s is refused", (_name, bytes, rows, message) => {
  expect(() => unpackRoles(Uint8Array.from(bytes), rows)).toThrow(
    typeof message === "string" ? new InputError(message) : message,
  );
});
