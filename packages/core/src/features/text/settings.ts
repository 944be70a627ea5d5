import { describe } from "../../data/index.ts";
import { InputError } from "../../errors/index.ts";

/** How a text becomes numbers. All of it is plain JSON, and goes into the model file as it is. */
export interface TextSettings {
  /**
   * What is counted: words and runs of words, runs of characters, or runs of characters that stay within a word
   * and the space around it. See `createAnalyzer` for what a word is.
   */
  readonly terms: "words" | "characters" | "characters-in-words";
  /** The lengths of the runs, from and to: [1, 2] are single words and pairs. */
  readonly lengths: readonly [number, number];
  /** Words of fewer characters are passed over; 2 as in scikit-learn. */
  readonly shortestWord: number;
  readonly lowercase: boolean;
  /**
   * The language by whose dictionary `Intl.Segmenter` cuts scripts that are written without spaces, as "zh", "ja", "th";
   * null: they are counted by characters and pairs of them. The dictionaries are the engine's own, so with a language
   * the features may differ from engine to engine, which nothing else here does.
   */
  readonly segmenter: string | null;
  /** How many features the terms are hashed to; null: each term of the training rows has its own. */
  readonly hashed: number | null;
  /** Terms in fewer training texts are dropped. */
  readonly minTexts: number;
  /** Terms in more than this share of the training texts are dropped. */
  readonly maxShare: number;
  /** So many terms are kept at most, those that come most often; equal ones by code point. null: all. */
  readonly maxTerms: number | null;
  /** Whether a term counts for less the more texts have it, see `weightOf`. */
  readonly idf: boolean;
  /** Whether a term that comes c times counts 1 + ln c. */
  readonly sublinear: boolean;
  /** Whether the features of a text are divided by the root of their sum of squares. */
  readonly normalized: boolean;
}

/** What may be said of a text column; the rest is as scikit-learn's TfidfVectorizer has it. */
export type TextOptions = Partial<TextSettings>;

/** What hashing takes unless it is told: 2^18. */
export const usualHash: number = 2 ** 18;

const usual: TextSettings = {
  terms: "words",
  lengths: [1, 1],
  shortestWord: 2,
  lowercase: true,
  segmenter: null,
  hashed: null,
  minTexts: 1,
  maxShare: 1,
  maxTerms: null,
  idf: true,
  sublinear: false,
  normalized: true,
};

/** Options with everything that they leave open. @throws InputError when one is none that it can be */
export function textSettings(options: TextOptions = {}): TextSettings {
  const settings = { ...usual, ...options };
  const { terms, lengths, shortestWord, segmenter, hashed, minTexts, maxShare, maxTerms } = settings;
  const [from, to] = lengths;
  demand("terms", terms, kinds.includes(terms), kinds.map((kind) => `"${kind}"`).join(", "));
  const isRange = isCount(from) && isCount(to) && from <= to && to <= 16 && lengths.length === 2;
  if (!isRange)
    throw new InputError(
      `text: lengths must be two whole numbers from 1 to 16, the first not above the second, got ${lengths.join(" and ")}`,
    );
  demand("shortestWord", shortestWord, isCount(shortestWord), "a whole number, 1 or more");
  demand("segmenter", segmenter, segmenter === null || isLanguage(segmenter), 'a language, as "zh", or null');
  const isWidth = hashed === null || (isCount(hashed) && hashed <= 2 ** 26);
  demand("hashed", hashed, isWidth, "a whole number from 1 to 2^26, or null");
  demand("minTexts", minTexts, isCount(minTexts), "a whole number, 1 or more");
  demand("maxShare", maxShare, maxShare > 0 && maxShare <= 1, "a share above 0, at most 1");
  demand("maxTerms", maxTerms, maxTerms === null || isCount(maxTerms), "a whole number, 1 or more, or null");
  for (const name of ["lowercase", "idf", "sublinear", "normalized"] as const)
    demand(name, settings[name], typeof settings[name] === "boolean", "true or false");
  if (hashed !== null && (minTexts > 1 || maxShare < 1 || maxTerms !== null))
    throw new InputError(
      "text: minTexts, maxShare and maxTerms choose among known terms, and a hashed column knows none; leave them or hashed out",
    );
  if (segmenter !== null && terms !== "words")
    throw new InputError('text: a segmenter finds words, so it needs terms to be "words"');
  return settings;
}

const kinds: readonly string[] = ["words", "characters", "characters-in-words"];

function demand(name: string, value: unknown, isFulfilled: boolean, expected: string): void {
  if (!isFulfilled) throw new InputError(`text: ${name} must be ${expected}, got ${describe(value)}`);
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}

/** Whether the name is well formed; which languages an engine has is its own affair. */
function isLanguage(name: string): boolean {
  try {
    return Intl.getCanonicalLocales(name).length === 1;
  } catch {
    return false;
  }
}
