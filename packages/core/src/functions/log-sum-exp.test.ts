import { expect, test } from "vitest";
import { real, softmaxOf, subtract, toNumber } from "../../test/high-precision.ts";
import { hardRow, longRow } from "../../test/rows.ts";
import { createGenerator } from "../random/index.ts";
import { logSumExp } from "./index.ts";

test("known sums come out, near zero and a thousand away", () => {
  expect(logSumExp([0, 0])).toBe(Math.LN2);
  expect(logSumExp([1000, 1001, 1002])).toBe(1002.4076059644444);
  expect(logSumExp([-1000, -1001, -1002])).toBe(-999.5923940355556);
  expect(logSumExp([3])).toBe(3);
  expect(logSumExp([0, -40])).toBe(4.248354255291589e-18);
});

test("log-sum-exp is within 4 ulp of max(|result|, |max|) at 10,000 rows", () => {
  const random = createGenerator(31);
  let worst = { row: [0], error: 0 };
  for (let i = 0; i < 10_000; i++) {
    // The last hundred are long.
    const row = i < 9_900 ? hardRow(random) : longRow(random, 100);
    const computed = logSumExp(row);
    const scale = Math.max(Math.abs(computed), Math.abs(Math.max(...row)));
    const error = Math.abs(toNumber(subtract(real(computed), softmaxOf(row).logSumExp))) / ulp(scale);
    if (error > worst.error) worst = { row, error };
  }
  expect(worst.error, `at [${worst.row.join(", ")}]`).toBeLessThanOrEqual(4);
});

test("log-sum-exp of −ln n, n times, is 0 to the last bits for a long row", () => {
  const n = 65_536;
  expect(Math.abs(logSumExp(new Float64Array(n).fill(-Math.log(n))))).toBeLessThanOrEqual(ulp(Math.log(n)));
});

test("−Infinity adds nothing, nothing at all is −Infinity, +Infinity wins", () => {
  expect(logSumExp([-Infinity, 2, -Infinity])).toBe(2);
  expect(logSumExp([-Infinity, -Infinity])).toBe(-Infinity);
  expect(logSumExp([])).toBe(-Infinity);
  expect(logSumExp([0, Infinity, -Infinity])).toBe(Infinity);
});

test("NaN is refused with its place, even beside +Infinity", () => {
  expect(() => logSumExp([0, 1, Number.NaN])).toThrow("logSumExp: values must be numbers, got NaN at 2");
  expect(() => logSumExp([Infinity, Number.NaN])).toThrow("got NaN at 1");
});

function ulp(value: number): number {
  return 2 ** (Math.floor(Math.log2(value)) - 52);
}
