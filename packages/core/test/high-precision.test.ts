import { expect, test } from "vitest";
import { divide, exp, expm1, log, log1p, multiply, real, ulpError, type Real } from "./high-precision.ts";

// The digits are those of mpmath 1.2.1 with 70 decimal places.
test("the reference has 60 right decimal places", () => {
  const tiny = real(2 ** -60);
  expect(decimals(exp(real(1)))).toBe("2718281828459045235360287471352662497757247093699959574966967");
  expect(decimals(log(real(10)))).toBe("2302585092994045684017991454684364207601101488628772976033327");
  expect(decimals(exp(real(-0.1)))).toBe("904837418035959568141392384216935595309064653757377126020805");
  expect(decimals(log(real(Number.MIN_VALUE)))).toBe(
    "-744440071921381262314107298446081634113087144302914142925610330",
  );
  expect(decimals(multiply(expm1(tiny), real(2 ** 60)))).toBe(
    "1000000000000000000433680868994201773728367184435687352114166",
  );
  expect(decimals(multiply(log1p(tiny), real(2 ** 60)))).toBe(
    "999999999999999999566319131005798226647791007827444650299885",
  );
});

test("an ulp error counts steps of the float64s around the exact value", () => {
  expect(ulpError(1 + 2 ** -52, real(1))).toBe(1);
  expect(ulpError(1 - 2 ** -53, real(1))).toBe(0.5);
  expect(ulpError(2 * Number.MIN_VALUE, real(Number.MIN_VALUE))).toBe(1);
  expect(ulpError(0, divide(real(Number.MIN_VALUE), real(4)))).toBe(0.25);
  expect(ulpError(Infinity, real(Number.MAX_VALUE))).toBe(1);
  expect(ulpError(Number.NaN, real(1))).toBe(Infinity);
});

/** The value times 10⁶⁰, cut off. */
function decimals({ mantissa, exponent }: Real): string {
  const scaled = mantissa * 10n ** 60n;
  const shifted = exponent < 0 ? scaled / 2n ** BigInt(-exponent) : scaled * 2n ** BigInt(exponent);
  return shifted.toString();
}
