import { array, assert, double, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { softmaxOf, ulpError } from "../../test/high-precision.ts";
import { hardRow, longRow } from "../../test/rows.ts";
import { createGenerator } from "../random/index.ts";
import { logSoftmax, softmax } from "./index.ts";

test("three equal steps give 1 : e : e², wherever they start", () => {
  const p = softmax([0, 1, 2]);
  const total = 1 + Math.E + Math.E ** 2;
  [1 / total, Math.E / total, Math.E ** 2 / total].forEach((value, k) => expect(p[k]).toBeCloseTo(value, 15));
  expect([...p].map((value) => value.toFixed(10))).toEqual(["0.0900305732", "0.2447284711", "0.6652409558"]);
  expect(softmax([1000, 1001, 1002])).toEqual(p);
  expect(softmax([-1000, -999, -998])).toEqual(p);
});

test("softmax is within 4 ulp at 10,000 points, far from zero too", () => {
  const random = createGenerator(11);
  let worst = { row: [0], error: 0 };
  for (let points = 0; points < 10_000;) {
    const row = hardRow(random);
    const { probabilities } = softmaxOf(row);
    softmax(row).forEach((p, i) => {
      const error = ulpError(p, probabilities[i]);
      if (error > worst.error) worst = { row, error };
    });
    points += row.length;
  }
  expect(worst.error, `at [${worst.row.join(", ")}]`).toBeLessThanOrEqual(4);
});

test("softmax is within 4 ulp in rows of 5,000 classes", () => {
  const row = longRow(createGenerator(12), 5000);
  const { probabilities } = softmaxOf(row);
  const errors = [...softmax(row)].map((p, i) => ulpError(p, probabilities[i]));
  expect(Math.max(...errors)).toBeLessThanOrEqual(4);
  // 100,000 equal classes: each is the float64 nearest to 1/100,000.
  expect(new Set(softmax(new Float64Array(100_000).fill(0.1)))).toEqual(new Set([1e-5]));
});

test("a constant added to a row changes no bit where the addition is exact", () => {
  const eighths = array(integer({ min: -8000, max: 8000 }), { minLength: 1, maxLength: 20 });
  assert(
    property(eighths, integer({ min: -8_000_000, max: 8_000_000 }), (numerators, shift) => {
      const row = numerators.map((n) => n / 8);
      const moved = row.map((z) => z + shift / 8);
      expect(softmax(moved)).toEqual(softmax(row));
      expect(logSoftmax(moved)).toEqual(logSoftmax(row));
    }),
    { seed: 1 },
  );
});

test("reordering the classes reorders the probabilities", () => {
  const logits = array(double({ min: -800, max: 800, noNaN: true }), { minLength: 2, maxLength: 20 });
  assert(
    property(logits, (row) => {
      const there = softmax(row);
      const back = softmax(row.toReversed()).toReversed();
      for (let i = 0; i < row.length; i++)
        expect(Math.abs(there[i] - back[i])).toBeLessThanOrEqual(2 ** -52 * there[i]); // the sum's last bit
    }),
    { seed: 2 },
  );
});

test("rows sum to 1, and a larger logit never gets the smaller probability", () => {
  const random = createGenerator(13);
  for (let i = 0; i < 500; i++) {
    const row = hardRow(random);
    const p = softmax(row);
    expect(Math.abs(p.reduce((sum, value) => sum + value, 0) - 1)).toBeLessThan(row.length * 2 ** -52);
    const order = row.map((_, k) => k).toSorted((a, b) => row[a] - row[b]);
    for (let k = 1; k < row.length; k++) expect(p[order[k]]).toBeGreaterThanOrEqual(p[order[k - 1]]);
  }
});

test("a row does not feel its neighbours, and output may be the input", () => {
  const z = Float64Array.of(0, 0, 1000, 1000, -1000, -1000);
  expect(softmax(z, 2, z)).toBe(z);
  expect([...z]).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
});

test("the input stays as it was unless it is the output", () => {
  const z = Float32Array.of(1, 2, 3, 4);
  softmax(z, 2);
  expect([...z]).toEqual([1, 2, 3, 4]);
});

test("ties share, and classes 1000 nats apart are certain", () => {
  expect([...softmax([7, 7, 7, 7])]).toEqual([0.25, 0.25, 0.25, 0.25]);
  expect([...softmax([1000, -1000])]).toEqual([1, 0]);
  expect([...softmax([-1000, 0, 0])]).toEqual([0, 0.5, 0.5]);
  expect([...softmax([5])]).toEqual([1]);
  expect([...softmax([1.7e308, -1.7e308])]).toEqual([1, 0]);
  expect([...softmax([-5e-324, 5e-324])]).toEqual([0.5, 0.5]);
});

test("a masked class has probability 0 and the others share as if it were not there", () => {
  expect([...softmax([3, -Infinity, 3])]).toEqual([0.5, 0, 0.5]);
  expect([...softmax([-Infinity, -2000])]).toEqual([0, 1]);
});

test("a fully masked row gives zeros and leaves the next row alone", () => {
  expect([...softmax([-Infinity, -Infinity, 2, 2], 2)]).toEqual([0, 0, 0.5, 0.5]);
});

test("NaN, +Infinity and ragged rows are refused before anything is written", () => {
  expect(() => softmax([0, 1, 2, Number.NaN], 2)).toThrow(
    "softmax: logits must be finite, or −Infinity to mask a class, got NaN at row 1, column 1",
  );
  expect(() => softmax([Infinity, 0])).toThrow("got Infinity at row 0, column 0");
  expect(() => softmax([1, 2, 3], 2)).toThrow("softmax: logits must fill whole rows of 2, got 3 values");
  expect(() => softmax([1, 2], 0)).toThrow("softmax: columns must be a whole number ≥ 1, got 0");
  expect(() => softmax([1, 2], 2, new Float64Array(3))).toThrow(
    "softmax: output must be as long as logits, 2",
  );
  const output = Float64Array.of(8, 8);
  expect(() => softmax([1, Number.NaN], 2, output)).toThrow("got NaN");
  expect([...output]).toEqual([8, 8]);
  expect(softmax([], 3)).toHaveLength(0);
});

// Written on V8 11.3 and within 4 ulp of the truth; stored models and seeded runs rest on these very bits.
test("every engine gives the same bits", () => {
  const rows = [
    [0.1, -2.3, 4.7],
    [1e6 + 0.3, 1e6, 1e6 - 7.77],
    [-745, 0, -20.5],
    [0.5, 0.25, 0.125],
  ];
  expect(rows.map((row) => [...softmax(row)].map(hex))).toEqual([
    ["3f845ce76fd93a10", "3f4d8e76ba2dfced", "3fefa728c4920f99"],
    ["3fe260fcdb81146e", "3fdb3b14cdff46f9", "3f278bd7f4815613"],
    ["0000000000000001", "3fefffffff542e28", "3e157a3afe79aea8"],
    ["3fd9f3b716968eba", "3fd436216e6d7cd7", "3fd1d6277afbf471"],
  ]);
  expect(rows.map((row) => [...logSoftmax(row)].map(hex))).toEqual([
    ["c0127190d4ef0e7c", "c01c0b2a6e88a815", "bf8654dd11502a11"],
    ["bfe1bebffbd1ffb9", "bfeb58599571ffb9", "c0213fc309fb1ffc"],
    ["c087480000002af4", "be157a3afeb357aa", "c034800000055e8f"],
    ["bfece2608acaa86a", "bff2713045655435", "bff4713045655435"],
  ]);
});

function hex(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}
