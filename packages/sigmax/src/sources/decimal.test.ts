import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { numberOf, readDecimal } from "./decimal.ts";

/** What `readDecimal` makes of a text, and how far it read. */
function read(text: string, point = "."): { value: number; length: number } {
  const cursor = { at: 0 };
  const value = readDecimal(Buffer.from(`${text}\n`), cursor, point.charCodeAt(0));
  return { value, length: cursor.at };
}

/** Bit for bit: −0 is not 0. */
function isReadAsNumber(text: string): boolean {
  const { value, length } = read(text);
  return Object.is(value, Number(text)) && length === text.length;
}

describe("readDecimal", () => {
  test.each([
    ["0", 0],
    ["-0", -0],
    ["+7", 7],
    ["007", 7],
    [".5", 0.5],
    ["5.", 5],
    ["-12.25", -12.25],
    ["1e3", 1000],
    ["1E-3", 0.001],
    ["2.5e+2", 250],
    ["0.1", 0.1],
    ["123456789012345678", 123456789012345680],
    ["1e-400", 0],
    ["1e400", Infinity],
  ])("reads %s whole", (text, value) => {
    expect(read(text)).toEqual({ value, length: text.length });
  });

  test.each(["", "-", "+", ".", "-.", "e5", ".e5", "x", " 1", "--1", "Infinity", "NaN", ","])(
    "finds no number at the beginning of %j, and stays there",
    (text) => {
      expect(read(text)).toEqual({ value: Number.NaN, length: 0 });
    },
  );

  test.each([
    ["1x", 1, 1],
    ["0x10", 0, 1],
    ["1.2.3", 1.2, 3],
    ["1e", 1, 1],
    ["1e+", 1, 1],
    ["1,5", 1, 1],
    ["12 ", 12, 2],
  ])("stops in %j where the number ends", (text, value, length) => {
    expect(read(text)).toEqual({ value, length });
  });

  test("reads a decimal comma when that is the point", () => {
    expect(read("3,14", ",")).toEqual({ value: 3.14, length: 4 });
    expect(read("3.14", ",")).toEqual({ value: 3, length: 1 });
    expect(read("0,12345678901234567890123", ",").value).toBe(Number("0.12345678901234567890123"));
  });

  const digits = (min: number, max: number): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: min, maxLength: max });

  test.each<[string, fc.Arbitrary<string>]>([
    [
      "any float64, as JavaScript writes it",
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => String(x)),
    ],
    [
      "any digits, sign, point and exponent",
      fc
        .tuple(
          fc.constantFrom("", "-", "+"),
          digits(1, 22),
          fc.option(digits(0, 25), { nil: undefined }),
          fc.option(fc.integer({ min: -330, max: 310 }), { nil: undefined }),
        )
        .map(([sign, whole, fraction, exponent]) =>
          [
            sign,
            whole,
            fraction === undefined ? "" : `.${fraction}`,
            exponent === undefined ? "" : `e${exponent}`,
          ].join(""),
        ),
    ],
    [
      "16 to 19 digits, where the exact quotient decides",
      fc
        .tuple(digits(16, 19), fc.nat({ max: 19 }))
        .map(([all, place]) => `${all.slice(0, place)}.${all.slice(place)}`),
    ],
    [
      "just between two float64, and a digit beside",
      fc
        .tuple(
          fc.bigInt(2n ** 52n, 2n ** 53n - 1n),
          fc.integer({ min: 1, max: 5 }),
          fc.constantFrom("", "1", "01"),
          fc.constantFrom(0n, 1n),
        )
        .map(([significand, power, more, less]) => {
          // (2m + 1) / 2ᵖ has an exact decimal with p places.
          const scaled = String((2n * significand + 1n) * 5n ** BigInt(power) - less);
          return `${scaled.slice(0, -power)}.${scaled.slice(-power)}${more}`;
        }),
    ],
  ])("rounds as Number does: %s", (_, texts) => {
    const failure = fc.check(fc.property(texts, isReadAsNumber), { numRuns: 10_000 });
    expect(failure.counterexample).toBeNull();
  });
});

describe("numberOf", () => {
  test.each(["1", "-1.5", ".5", "5.", "1e5", "+2", "007"])("%s is a number", (text) => {
    expect(numberOf(text)).toBe(Number(text));
  });

  test.each(["", " ", "1 2", "0x10", "1_000", "Infinity", "-inf", "NaN", "1e999", "1,5", "12a", "١"])(
    "%j is none",
    (text) => {
      expect(numberOf(text)).toBeNaN();
    },
  );

  test("with a decimal comma, a point makes none", () => {
    expect(numberOf("1,5", ",")).toBe(1.5);
    expect(numberOf("15", ",")).toBe(15);
    expect(numberOf("1.5", ",")).toBeNaN();
    expect(numberOf("1,2,3", ",")).toBeNaN();
  });
});
