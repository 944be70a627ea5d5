import { InputError } from "../../errors/index.ts";
import { createAnalyzer } from "./analyzer.ts";
import { bucketOf } from "./hash.ts";
import { textSettings, type TextOptions, type TextSettings } from "./settings.ts";
import { createTerms, type Terms } from "./terms.ts";

/** A column of texts, and what was learned of the training rows. It becomes a feature per term, or per bucket of hashed terms. */
export interface TextInput {
  readonly kind: "text";
  readonly name: string;
  /** Never: a missing text is an empty one. */
  readonly hasMissing: false;
  readonly settings: TextSettings;
  /** The term of each feature, by code point; null where terms are hashed. */
  readonly terms: readonly string[] | null;
  /** In how many training texts each feature comes. */
  readonly frequencies: Uint32Array;
  /** Training texts. */
  readonly texts: number;
  readonly learned: TextFacts;
}

/** What is told of a text column; no feature depends on it. */
export interface TextFacts {
  /** Training texts without any term: rows of zeros. */
  readonly empty: number;
  /** Different terms in all training texts. */
  readonly distinct: number;
  /** Those that share their feature with another term. */
  readonly colliding: number;
  /** Those that were dropped, by the limit that did it. */
  readonly dropped: { readonly minTexts: number; readonly maxShare: number; readonly maxTerms: number };
  /** The kept ones that most texts have, and how many have them; at most 20. */
  readonly frequent: readonly { readonly term: string; readonly texts: number }[];
}

/** Texts by row; null: there is none. */
export interface Texts {
  readonly rows: number;
  at(row: number): string | null;
}

const tellAtMost = 20;

/**
 * Learns which terms a column of texts has: pass training rows only.
 *
 * @throws InputError when an option is none that it can be, or no term is left; the message says what took the last
 */
export function fitText(name: string, texts: Texts, options: TextOptions = {}): TextInput {
  const settings = textSettings(options);
  const counts = countTerms(texts, settings);
  if (counts.terms.count === 0)
    throw new InputError(
      `text: column "${name}" has no terms to learn from: ${counts.empty === 1 ? "its one text has" : `all ${counts.empty} texts have`} no ${settings.terms === "words" ? `word of ${settings.shortestWord} ${settings.shortestWord === 1 ? "character" : "characters"} or more` : `run of ${settings.lengths[0]} characters`}${settings.terms === "words" && settings.lengths[0] > 1 ? `, or no ${settings.lengths[0]} of them in a row` : ""}`,
    );
  const { terms, frequencies, learned } =
    settings.hashed === null
      ? chooseTerms(name, counts, settings, texts.rows)
      : hashTerms(counts, settings.hashed);
  const { rows } = texts;
  return { kind: "text", name, hasMissing: false, settings, terms, frequencies, texts: rows, learned };
}

interface Counts {
  readonly terms: Terms;
  /** How often each term comes. */
  readonly totals: Uint32Array;
  /** How many texts have it. */
  readonly textCounts: Uint32Array;
  /** How many texts have a term of each bucket; empty where none is hashed. */
  readonly buckets: Uint32Array;
  readonly empty: number;
}

function countTerms(texts: Texts, settings: TextSettings): Counts {
  const analyze = createAnalyzer(settings);
  const terms = createTerms();
  const width = settings.hashed ?? 0;
  const buckets = new Uint32Array(width);
  const lastOfBucket = new Uint32Array(width); // the last row that had it, from 1
  let totals = new Uint32Array(1024);
  let textCounts = new Uint32Array(1024);
  let lastRows = new Uint32Array(1024); // from 1, as above
  let empty = 0;
  for (let row = 0; row < texts.rows; row++) {
    let isEmpty = true;
    analyze(texts.at(row) ?? "", (bytes, from, to) => {
      isEmpty = false;
      const term = terms.add(bytes, from, to);
      if (term >= totals.length) {
        totals = twice(totals);
        textCounts = twice(textCounts);
        lastRows = twice(lastRows);
      }
      totals[term]++;
      if (lastRows[term] === row + 1) return;
      lastRows[term] = row + 1;
      textCounts[term]++;
      if (width === 0) return;
      const bucket = bucketOf(terms.hashOf(term), width);
      if (lastOfBucket[bucket] !== row + 1) buckets[bucket]++;
      lastOfBucket[bucket] = row + 1;
    });
    if (isEmpty) empty++;
  }
  return { terms, totals, textCounts, buckets, empty };
}

function twice(values: Uint32Array): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(2 * values.length);
  longer.set(values);
  return longer;
}

type Learned = Pick<TextInput, "terms" | "frequencies" | "learned">;

function chooseTerms(
  name: string,
  { terms, totals, textCounts, empty }: Counts,
  { minTexts, maxShare, maxTerms }: TextSettings,
  rows: number,
): Learned {
  const all = Array.from({ length: terms.count }, (_, term) => term);
  const frequent = all.filter((term) => textCounts[term] >= minTexts);
  const inLimits = frequent.filter((term) => textCounts[term] <= maxShare * rows);
  const dropped = {
    minTexts: all.length - frequent.length,
    maxShare: frequent.length - inLimits.length,
    maxTerms: Math.max(0, inLimits.length - (maxTerms ?? Infinity)),
  };
  if (inLimits.length === 0) {
    const rare = `${dropped.minTexts} are in fewer than ${minTexts} texts (minTexts)`;
    const common = `${dropped.maxShare} are in more than ${maxShare} of the ${rows} texts (maxShare)`;
    const reasons = [...(dropped.minTexts > 0 ? [rare] : []), ...(dropped.maxShare > 0 ? [common] : [])];
    throw new InputError(
      `text: no term of column "${name}" is left: of ${all.length} terms ${reasons.join(", and ")}`,
    );
  }
  const most =
    dropped.maxTerms === 0
      ? inLimits
      : inLimits
          .toSorted((a, b) => totals[b] - totals[a] || terms.compare(a, b))
          .slice(0, maxTerms ?? undefined);
  const kept = most.toSorted((a, b) => terms.compare(a, b));
  return {
    terms: kept.map((term) => terms.textOf(term)),
    frequencies: Uint32Array.from(kept, (term) => textCounts[term]),
    learned: {
      empty,
      distinct: terms.count,
      colliding: 0,
      dropped,
      frequent: mostFrequent(kept, terms, textCounts),
    },
  };
}

function hashTerms({ terms, textCounts, buckets, empty }: Counts, width: number): Learned {
  const all = Array.from({ length: terms.count }, (_, term) => term);
  const sharers = new Uint32Array(width);
  const bucketOfTerm = all.map((term) => bucketOf(terms.hashOf(term), width));
  for (const bucket of bucketOfTerm) sharers[bucket]++;
  return {
    terms: null,
    frequencies: buckets,
    learned: {
      empty,
      distinct: terms.count,
      colliding: bucketOfTerm.filter((bucket) => sharers[bucket] > 1).length,
      dropped: { minTexts: 0, maxShare: 0, maxTerms: 0 },
      frequent: mostFrequent(all, terms, textCounts),
    },
  };
}

function mostFrequent(kept: readonly number[], terms: Terms, textCounts: Uint32Array): TextFacts["frequent"] {
  // Most terms are in one text: only those that may be told are compared letter by letter.
  const least = Uint32Array.from(kept, (term) => textCounts[term])
    .toSorted()
    .at(-tellAtMost);
  return kept
    .filter((term) => textCounts[term] >= (least ?? 0))
    .toSorted((a, b) => textCounts[b] - textCounts[a] || terms.compare(a, b))
    .slice(0, tellAtMost)
    .map((term) => ({ term: terms.textOf(term), texts: textCounts[term] }));
}
