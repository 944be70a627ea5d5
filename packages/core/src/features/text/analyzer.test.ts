import { expect, test } from "vitest";
import { createAnalyzer } from "./analyzer.ts";
import { textSettings, type TextOptions } from "./index.ts";
import { textOf } from "./tape.ts";

function termsOf(text: string, options: TextOptions = {}): string[] {
  const found: string[] = [];
  createAnalyzer(textSettings(options))(text, (bytes, from, to) => found.push(textOf(bytes, from, to)));
  return found;
}

test("words are runs of two or more letters, numbers and _, in lower case", () => {
  expect(termsOf("The C++ library, v2.10: snake_case don't É-tude œuvre")).toEqual([
    "the",
    "library",
    "v2",
    "10",
    "snake_case",
    "don",
    "tude",
    "œuvre",
  ]);
  expect(termsOf("a B cd", { shortestWord: 1, lowercase: false })).toEqual(["a", "B", "cd"]);
});

test("runs of words are written with one space, whatever stood between them, and go across words that are too short", () => {
  expect(termsOf("one -- two, a three", { lengths: [2, 3] })).toEqual([
    "one two",
    "two three",
    "one two three",
  ]);
});

test("composed and decomposed letters are the same, and a mark stays in its word", () => {
  expect(termsOf("cafe\u0301")).toEqual(["café"]);
  expect(termsOf("नमस्ते दुनिया")).toEqual(["नमस्ते", "दुनिया"]);
  expect(termsOf("q\u0301x", {})).toEqual(["q\u0301x"]);
});

test("scripts without spaces give characters and pairs, and no term goes across them", () => {
  expect(termsOf("東京 tower 2024年 に", { lengths: [1, 2] })).toEqual([
    "東",
    "京",
    "東京",
    "tower",
    "2024",
    "tower 2024",
    "年",
    "に",
  ]);
  expect(termsOf("ไทย")).toEqual(["ไ", "ท", "ไท", "ย", "ทย"]);
  expect(termsOf("𠮷野家")).toEqual(["𠮷", "野", "𠮷野", "家", "野家"]);
});

test("with a segmenter, scripts without spaces are cut into words, which runs of words may contain", () => {
  const words = termsOf("我喜欢机器学习 very much", { segmenter: "zh", lengths: [1, 1] });
  expect(words.join("").replaceAll("verymuch", "")).toBe("我喜欢机器学习");
  expect(words).toContain("喜欢");
  expect(termsOf("喜欢 tea", { segmenter: "zh", lengths: [2, 2] })).toEqual(["喜欢 tea"]);
});

test("runs of characters take white space as one space", () => {
  expect(termsOf("ab \t\n c", { terms: "characters", lengths: [2, 3] })).toEqual([
    "ab",
    "b ",
    " c",
    "ab ",
    "b c",
  ]);
  expect(termsOf("中文🦊", { terms: "characters", lengths: [1, 2] })).toEqual([
    "中",
    "文",
    "🦊",
    "中文",
    "文🦊",
  ]);
});

test("runs of characters in words have a space at either end, and a short word is taken once, whole", () => {
  expect(termsOf(" to  be", { terms: "characters-in-words", lengths: [3, 5] })).toEqual([
    " to",
    "to ",
    " to ",
    " be",
    "be ",
    " be ",
  ]);
  expect(termsOf("a", { terms: "characters-in-words", lengths: [4, 6] })).toEqual([" a "]);
});

test("half of a surrogate pair counts as U+FFFD, which is no part of a word", () => {
  expect(termsOf("ab\ud800cd")).toEqual(["ab", "cd"]);
  expect(termsOf("a\udc00", { terms: "characters" })).toEqual(["a", "\ufffd"]);
});

test.each<TextOptions>([
  {},
  { lengths: [1, 3] },
  { terms: "characters", lengths: [1, 4] },
  { terms: "characters-in-words", lengths: [2, 5] },
])("a text without terms has none, and one of a megabyte has them all: %j", (options) => {
  expect(termsOf("", options)).toEqual([]);
  let count = 0;
  const text = "word δοκιμή 試験 ".repeat(70_000);
  expect(text.length).toBeGreaterThan(1_000_000);
  createAnalyzer(textSettings(options))(text, () => count++);
  expect(count).toBeGreaterThan(200_000);
});
