import { expect, test } from "vitest";
import { InputError } from "../../errors/index.ts";
import { fitText, textSettings, type TextInput, type TextOptions } from "./index.ts";

function fitTexts(values: readonly (string | null)[], options?: TextOptions): TextInput {
  return fitText("note", { rows: values.length, at: (row) => values[row] }, options);
}

const texts = ["apple banana", "apple cherry cherry cherry", "apple banana date", "", null, "- -"];

test("terms are sorted by code point, and each knows how many training texts have it", () => {
  const { terms, frequencies, texts: rows, learned } = fitTexts(texts);
  expect(terms).toEqual(["apple", "banana", "cherry", "date"]);
  expect([...frequencies]).toEqual([3, 2, 1, 1]);
  expect(rows).toBe(6);
  expect(learned).toEqual({
    empty: 3,
    distinct: 4,
    colliding: 0,
    dropped: { minTexts: 0, maxShare: 0, maxTerms: 0 },
    frequent: [
      { term: "apple", texts: 3 },
      { term: "banana", texts: 2 },
      { term: "cherry", texts: 1 },
      { term: "date", texts: 1 },
    ],
  });
  const beyond = fitTexts(["\u{1f98a}z \uffeda \u{10400}b Z2"], { lowercase: false, terms: "characters" });
  expect(beyond.terms).toEqual([" ", "2", "Z", "a", "b", "z", "\uffed", "\u{10400}", "\u{1f98a}"]);
});

test("terms beyond the limits are dropped and counted; the most frequent are kept, equal ones by code point", () => {
  const rare = fitTexts(texts, { minTexts: 2 });
  expect(rare.terms).toEqual(["apple", "banana"]);
  expect(rare.learned.dropped).toEqual({ minTexts: 2, maxShare: 0, maxTerms: 0 });
  const common = fitTexts(texts, { maxShare: 0.4 });
  expect(common.terms).toEqual(["banana", "cherry", "date"]);
  expect(common.learned.dropped).toEqual({ minTexts: 0, maxShare: 1, maxTerms: 0 });
  const few = fitTexts(texts, { maxTerms: 2 }); // apple and cherry come three times each
  expect(few.terms).toEqual(["apple", "cherry"]);
  expect(few.learned.dropped).toEqual({ minTexts: 0, maxShare: 0, maxTerms: 2 });
  expect(fitTexts(texts, { maxTerms: 3 }).terms).toEqual(["apple", "banana", "cherry"]);
});

test("hashed terms share few features where these are many, and all of them where there is one", () => {
  const wide = fitTexts(texts, { hashed: 2 ** 18 });
  expect(wide.terms).toBeNull();
  expect(wide.frequencies.length).toBe(2 ** 18);
  expect(wide.learned).toMatchObject({ distinct: 4, colliding: 0 });
  const narrow = fitTexts(texts, { hashed: 1 });
  expect([...narrow.frequencies]).toEqual([3]);
  expect(narrow.learned).toMatchObject({ distinct: 4, colliding: 4, empty: 3 });
  expect(narrow.learned.frequent[0]).toEqual({ term: "apple", texts: 3 });
});

test.each<[readonly (string | null)[], TextOptions, string]>([
  [
    ["", null, "a - b"],
    {},
    'column "note" has no terms to learn from: all 3 texts have no word of 2 characters or more',
  ],
  [
    ["one", "two"],
    { lengths: [2, 2] },
    'column "note" has no terms to learn from: all 2 texts have no word of 2 characters or more, or no 2 of them in a row',
  ],
  [
    ["ab"],
    { terms: "characters", lengths: [3, 4] },
    'column "note" has no terms to learn from: its one text has no run of 3 characters',
  ],
  [
    ["one", "two"],
    { minTexts: 2 },
    'no term of column "note" is left: of 2 terms 2 are in fewer than 2 texts (minTexts)',
  ],
  [
    ["one", "one two"],
    { minTexts: 2, maxShare: 0.5 },
    'no term of column "note" is left: of 2 terms 1 are in fewer than 2 texts (minTexts), and 1 are in more than 0.5 of the 2 texts (maxShare)',
  ],
])("where nothing is left of %j under %j, the message says what took it", (values, options, message) => {
  expect(() => fitTexts(values, options)).toThrow(new InputError(`text: ${message}`));
});

test.each<[TextOptions, RegExp]>([
  [{ lengths: [2, 1] }, /lengths must be two whole numbers from 1 to 16.*got 2 and 1/],
  [{ lengths: [0, 1] }, /got 0 and 1/],
  [{ shortestWord: 0 }, /shortestWord must be a whole number, 1 or more, got 0/],
  [{ hashed: 0 }, /hashed must be a whole number from 1 to 2\^26, or null, got 0/],
  [{ minTexts: 1.5 }, /minTexts must be a whole number/],
  [{ maxShare: 0 }, /maxShare must be a share above 0, at most 1, got 0/],
  [{ maxTerms: -1 }, /maxTerms must be/],
  [{ segmenter: "no such language" }, /segmenter must be a language, as "zh", or null/],
  [{ segmenter: "zh", terms: "characters" }, /a segmenter finds words/],
  [{ hashed: 8, minTexts: 2 }, /a hashed column knows none/],
])("options that cannot be are refused: %j", (options, message) => {
  expect(() => textSettings(options)).toThrow(InputError);
  expect(() => textSettings(options)).toThrow(message);
});
