import { expect, test } from "vitest";

import {
  amount,
  count,
  counted,
  dateAndTime,
  figures,
  figuresRange,
  pValue,
  rounded,
  scientific,
  signed,
  decimal,
  decimalRange,
  decimalsFor,
  duration,
  inWords,
  level,
  measured,
  percent,
  percentRange,
  shortened,
} from "./format.ts";

test("counts have commas at the thousands and agree with their noun", () => {
  expect([0, 999, 1000, 60000, 1234567].map(count)).toEqual(["0", "999", "1,000", "60,000", "1,234,567"]);
  expect(counted(1, "row")).toBe("1\u00a0row");
  expect(counted(10000, "row")).toBe("10,000\u00a0rows");
});

test("very large and very small numbers are written as powers of ten, others with all their significant digits", () => {
  expect([3.21e-9, -4e20, 0, Infinity].map((value) => scientific(value))).toEqual(
    ["3.2 × 10⁻⁹", "−4.0 × 10²⁰", "0", "∞"].map(unbroken),
  );
  expect([0, 12.3, -0.5, 71943.2, 123456, 0.00012].map((value) => figures(value))).toEqual(
    ["0", "12.30", "−0.5000", "71,940", "1.235 × 10⁵", "1.200 × 10⁻⁴"].map(unbroken),
  );
  expect(figures(0.99999)).toBe("1.000");
  expect(figuresRange([-1, 1e6], 3)).toBe(`−1.00 to ${unbroken("1.00 × 10⁶")}`);
});

test("a round number keeps no zeros behind its point", () => {
  expect([1, 0.25, 1 / 3, 200_000, 1 / 60_000, 2e-7, 1e9].map(rounded)).toEqual(
    ["1", "0.25", "0.3333", "200,000", "1.667 × 10⁻⁵", "2 × 10⁻⁷", "1 × 10⁹"].map(unbroken),
  );
});

test("an amount of nats has seven significant digits, readable up to millions", () => {
  expect([-138155.07, 20.5, -1e8].map(amount)).toEqual([
    "−138,155.1",
    "20.50000",
    unbroken("−1.000000 × 10⁸"),
  ]);
});

test("a p is never printed as 0, and a sign is always there except at 0", () => {
  expect([0.01234, 3.2e-9, 0, 1].map(pValue)).toEqual([
    "0.0123",
    unbroken("3.2 × 10⁻⁹"),
    "<10⁻³⁰⁰",
    "1.0000",
  ]);
  expect([1.5, -1.5, 0.001, -0.001].map((value) => signed(value))).toEqual([
    "+1.50",
    "−1.50",
    "0.00",
    "0.00",
  ]);
});

test("a share is rounded, but only an exact 0 or 1 is called 0 % or 100 %", () => {
  const printed = [0, 0.0001, 0.0006, 0.832, 0.9994, 0.99996, 1].map(percent);
  expect(printed).toEqual(["0 %", "<0.1 %", "0.1 %", "83.2 %", "99.9 %", ">99.9 %", "100 %"].map(unbroken));
  expect(percentRange([0.8246, 0.8392])).toBe(unbroken("82.5 – 83.9 %"));
  expect([0.95, 0.975, 0.9].map(level)).toEqual(["95 %", "97.5 %", "90 %"].map(unbroken));
});

test("decimals keep their number of digits and have a typographic minus", () => {
  expect(decimal(0.48312)).toBe("0.483");
  expect(decimal(-0.25, 1)).toBe("−0.3");
  expect(decimal(-0.0001)).toBe("0.000");
  expect(decimal(Infinity)).toBe("∞");
  expect(decimalRange([0.47, 0.491])).toBe(unbroken("0.470 – 0.491"));
  expect([0, 0.00021, 0.56, 12.3, 4567].map((largest) => decimalsFor(largest, 2))).toEqual([0, 5, 2, 0, 0]);
  expect([5, -3, 0.1 + 0.2, 1234.56789].map(measured)).toEqual(["5", "−3", "0.3", "1234.57"]);
});

test("times and dates read the same everywhere", () => {
  expect([0.031, 9.5, 72.4, 119.7].map(duration)).toEqual(
    ["0.03 s", "9.50 s", "1 min 12 s", "2 min 0 s"].map(unbroken),
  );
  expect(dateAndTime(new Date(Date.UTC(2026, 0, 2, 3, 4)))).toBe("2 January 2026, 03:04 UTC");
});

test("small numbers are words", () => {
  expect([0, 1, 12, 13].map(inWords)).toEqual(["no", "one", "twelve", "13"]);
});

test("long names lose their middle, so that names which differ at the end stay apart", () => {
  expect(shortened("Ankle boot", 10)).toBe("Ankle boot");
  expect(shortened("a long name, number 7", 11)).toBe("a lon…ber 7");
  expect(shortened("😀".repeat(9), 4)).toBe("😀😀…😀");
});

/** With no-break spaces, as `format` prints. */
function unbroken(text: string): string {
  return text.replaceAll(" ", "\u00a0");
}
