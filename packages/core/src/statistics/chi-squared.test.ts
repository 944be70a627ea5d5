import { expect, test } from "vitest";
import references from "../../test/references/tails.json" with { type: "json" };
import { InputError } from "../errors/index.ts";
import { chiSquaredUpperTail } from "./chi-squared.ts";

test("two degrees are an exponential law of mean 2", () => {
  expect(chiSquaredUpperTail(2 * Math.LN2, 2)).toBeCloseTo(0.5, 15);
  expect(chiSquaredUpperTail(600, 2)).toBeCloseTo(Math.exp(-300), 140);
});

test("is within 2e-13 of 60-digit arithmetic, from 1 to 100,000 degrees and down to 1e-300", () => {
  for (const [x, degrees, truth] of references.chiSquared)
    expect(
      Math.abs(chiSquaredUpperTail(x, degrees) - truth) / truth,
      `x ${x}, ${degrees} degrees`,
    ).toBeLessThan(2e-13);
});

test("falls from 1 to 0, also where one formula hands over to the other", () => {
  expect(chiSquaredUpperTail(0, 3)).toBe(1);
  expect(chiSquaredUpperTail(Infinity, 3)).toBe(0);
  const at = 2 * (3 / 2 + 1);
  let last = 1;
  for (let x = at - 1e-3; x < at + 1e-3; x += 1e-5) {
    const tail = chiSquaredUpperTail(x, 3);
    expect(tail).toBeLessThan(last);
    last = tail;
  }
});

test("refuses numbers that no χ² has", () => {
  expect(() => chiSquaredUpperTail(-1, 2)).toThrow(
    new InputError("chiSquaredUpperTail: x must be 0 or more, got -1"),
  );
  expect(() => chiSquaredUpperTail(NaN, 2)).toThrow(InputError);
  expect(() => chiSquaredUpperTail(1, 0)).toThrow(
    new InputError("chiSquaredUpperTail: degrees must be a positive number, got 0"),
  );
});
