import * as fc from "fast-check";
import { expect, test } from "vitest";
import { InputError } from "../errors/index.ts";
import { labelsOf, sortClasses } from "./index.ts";

test("numeric names are sorted by value, not as texts", () => {
  expect(sortClasses(["10", "9", "-1", "2.5", "1e3"])).toEqual(["-1", "2.5", "9", "10", "1e3"]);
  expect(labelsOf([10, 9, 10, 0]).classes).toEqual(["0", "9", "10"]);
});

test("one name that is no number makes all of them texts", () => {
  expect(sortClasses(["10", "9", "x"])).toEqual(["10", "9", "x"]);
  expect(sortClasses(["10", "9", ""])).toEqual(["", "10", "9"]);
  expect(sortClasses(["10", "9", "NaN"])).toEqual(["10", "9", "NaN"]);
});

test("texts are sorted by code point: capitals first, no locale, and 😀 after ｾ", () => {
  expect(sortClasses(["b", "a", "B", "é", "ab", "z"])).toEqual(["B", "a", "ab", "b", "z", "é"]);
  expect(sortClasses(["😀", "ｾ", "😀a", "😁"])).toEqual(["ｾ", "😀", "😀a", "😁"]);
});

test("the order does not depend on the order of the rows, even where two names are the same number", () => {
  expect(sortClasses(["1.0", "1", "01"])).toEqual(["01", "1", "1.0"]);
  const name = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("1", "1.0", "01", "-0", "0", "2"));
  fc.assert(
    fc.property(fc.uniqueArray(name), (names) => {
      expect(sortClasses(names.toReversed())).toEqual(sortClasses(names));
      expect(sortClasses(sortClasses(names))).toEqual(sortClasses(names));
    }),
  );
});

test("every index leads back to its row's name, and every class has a row", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))),
      (values) => {
        const { classes, indices } = labelsOf(values);
        expect(Array.from(indices, (k) => classes[k])).toEqual(values.map(String));
        expect(new Set(indices).size).toBe(classes.length);
      },
    ),
  );
});

test("classes that are given keep their order and may have no rows", () => {
  expect(labelsOf(["b", "a", "b"], ["c", "b", "a"])).toEqual({
    classes: ["c", "b", "a"],
    indices: Int32Array.of(1, 2, 1),
  });
});

test("a value that is not one of the classes is refused with its row", () => {
  expect(() => labelsOf(["a", "b", "d"], ["a", "b", "c"])).toThrow(
    new InputError('labels: must be one of a, b, c, got "d" at row 2'),
  );
  const many = Array.from({ length: 13 }, (_, i) => i);
  expect(() => labelsOf([13], many.map(String))).toThrow(
    new InputError('labels: must be one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …, got "13" at row 0'),
  );
});

test("classes that repeat a name are refused", () => {
  expect(() => labelsOf(["a"], ["a", "b", "a"])).toThrow(
    new InputError("labels: class names must differ, got a, b, a"),
  );
});

test.each([NaN, Infinity, -Infinity])("the number %d is no label", (bad) => {
  expect(() => labelsOf([1, 2, bad])).toThrow(
    new InputError(`labels: must be texts or finite numbers, got ${bad} at row 2`),
  );
});
