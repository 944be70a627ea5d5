import { expect, test } from "vitest";
import { softmaxOf, ulpError } from "../../test/high-precision.ts";
import { hardRow, longRow } from "../../test/rows.ts";
import { createGenerator } from "../random/index.ts";
import { logSoftmax } from "./index.ts";

test("two equal logits give −ln 2 each, and a gap of 1000 is kept whole", () => {
  expect([...logSoftmax([5, 5])]).toEqual([-Math.LN2, -Math.LN2]);
  expect([...logSoftmax([0, -1000])]).toEqual([0, -1000]);
  expect([...logSoftmax([1000, -1000])]).toEqual([0, -2000]);
});

test("log-softmax is within 4 ulp at 10,000 points, where ln p is tiny too", () => {
  const random = createGenerator(21);
  let worst = { row: [0], error: 0 };
  for (let points = 0; points < 10_000;) {
    const row = hardRow(random);
    const { logProbabilities } = softmaxOf(row);
    logSoftmax(row).forEach((value, i) => {
      const error = ulpError(value, logProbabilities[i]);
      if (error > worst.error) worst = { row, error };
    });
    points += row.length;
  }
  expect(worst.error, `at [${worst.row.join(", ")}]`).toBeLessThanOrEqual(4);
});

test("log-softmax is within 4 ulp in rows of 5,000 classes, also where one stands far above the rest", () => {
  const row = longRow(createGenerator(22), 5000);
  for (const lead of [0, 20]) {
    row[0] = lead;
    const { logProbabilities } = softmaxOf(row);
    const errors = [...logSoftmax(row)].map((value, i) => ulpError(value, logProbabilities[i]));
    expect(Math.max(...errors)).toBeLessThanOrEqual(4);
  }
});

test("the winner's own logarithm keeps its digits where z − lse would be 0", () => {
  const [top] = logSoftmax([40, 0]);
  expect(top).toBe(-4.248354255291589e-18);
});

test("masked classes are −Infinity, also where the whole row is masked", () => {
  expect([...logSoftmax([2, -Infinity, 2])]).toEqual([-Math.LN2, -Infinity, -Math.LN2]);
  expect([...logSoftmax([-Infinity, -Infinity, 1, 1], 2)]).toEqual([
    -Infinity,
    -Infinity,
    -Math.LN2,
    -Math.LN2,
  ]);
  expect([...logSoftmax([1.7e308, -1.7e308])]).toEqual([0, -Infinity]);
});

test("output may be the input, and bad input is refused", () => {
  const z = Float64Array.of(3, 3, 9, 9);
  expect(logSoftmax(z, 2, z)).toBe(z);
  expect([...z]).toEqual([-Math.LN2, -Math.LN2, -Math.LN2, -Math.LN2]);
  expect(() => logSoftmax([0, Number.NaN])).toThrow("logSoftmax: logits must be finite, or −Infinity");
  expect(() => logSoftmax([0, Infinity])).toThrow("got Infinity at row 0, column 1");
  expect(() => logSoftmax([0, 1], 2, new Float64Array(1))).toThrow("logSoftmax: output must be as long");
});
