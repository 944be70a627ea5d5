import type { TypedFlagParameter } from "@stricli/core";
import { InputError } from "@sigmax/core";
import { usualHash, type TextColumns, type TextOptions } from "@sigmax/core/features";
import { withDashes } from "./flag-words.ts";
import { names, number, whole } from "./flags.ts";

/** Which columns are read as texts, and what is counted in them. */
export interface TextFlags {
  readonly text?: string[];
  readonly terms?: TextOptions["terms"];
  readonly lengths?: readonly [number, number];
  readonly shortestWord?: number;
  readonly segmenter?: string;
  readonly hashed?: number;
  readonly minTexts?: number;
  readonly maxShare?: number;
  readonly maxTerms?: number;
  readonly sublinear?: boolean;
  readonly idf?: boolean;
}

const optional = { kind: "parsed", optional: true } as const;

export const textFlags: { [K in keyof TextFlags]-?: TypedFlagParameter<TextFlags[K]> } = {
  text: {
    ...optional,
    parse: names("--text"),
    brief: "Columns of texts, whose words are counted",
    placeholder: "a,b",
  },
  terms: {
    kind: "enum",
    values: ["words", "characters", "characters-in-words"],
    optional: true,
    brief: "What is counted in --text columns: words, or runs of characters [words]",
  },
  lengths: {
    ...optional,
    parse: parseLengths,
    brief: "How many words or characters a term has, from-to: 1-2 are single words and pairs [1-1]",
    placeholder: "1-2",
  },
  shortestWord: {
    ...optional,
    parse: whole("--shortest-word", 1),
    brief: "Words of fewer characters are passed over [2]",
    placeholder: "count",
  },
  segmenter: {
    ...optional,
    parse: String,
    brief:
      "Cut Chinese, Japanese, Thai … by this engine's dictionary for a language; other engines may differ [characters and pairs]",
    placeholder: "zh",
  },
  hashed: {
    ...optional,
    parse: parseHashed,
    brief: `Hash terms to so many features; auto: ${usualHash} [a feature per term]`,
    placeholder: "count or auto",
  },
  minTexts: {
    ...optional,
    parse: whole("--min-texts", 1),
    brief: "Drop terms that fewer training texts have [1]",
    placeholder: "count",
  },
  maxShare: {
    ...optional,
    parse: number("--max-share", (share) => share > 0 && share <= 1, "a share above 0, at most 1"),
    brief: "Drop terms that a larger share of the training texts has [1]",
    placeholder: "0.5",
  },
  maxTerms: {
    ...optional,
    parse: whole("--max-terms", 1),
    brief: "Keep so many terms, the most frequent [all]",
    placeholder: "count",
  },
  sublinear: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief: "A term that comes c times counts 1 + ln c [c]",
  },
  idf: { kind: "boolean", optional: true, brief: "Terms count for less the more texts have them [yes]" },
};

/**
 * The columns of texts with their options, all alike; undefined where there are none.
 *
 * @throws InputError when an option is given without --text
 */
export function textColumnsOf({ text, ...others }: TextFlags): TextColumns | undefined {
  const known = Object.keys(textFlags);
  const said = Object.entries(others).filter(([name, value]) => known.includes(name) && value !== undefined);
  if (text !== undefined) return Object.fromEntries(text.map((name) => [name, Object.fromEntries(said)]));
  if (said.length === 0) return undefined;
  throw new InputError(
    `${withDashes(said[0][0])}: it says how texts are read; name their columns with --text`,
  );
}

/** "1-2", or "3" for "3-3". */
export function parseLengths(text: string): [number, number] {
  const found = /^(\d+)(?:-(\d+))?$/.exec(text);
  const from = Number(found?.[1]);
  const to = Number(found?.[2] ?? found?.[1]);
  if (found === null || from < 1 || to < from)
    throw new InputError(`--lengths: expected one or two whole numbers, as 1-2, got ${text}`);
  return [from, to];
}

export function parseHashed(text: string): number {
  return text === "auto" ? usualHash : whole("--hashed", 1)(text);
}
