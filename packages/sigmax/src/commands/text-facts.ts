import { count, percent } from "../output.ts";
import type { TextColumnFacts } from "../sources/describe.ts";

/** What was learned of a column of texts, a line each. */
export function textInWords(facts: Omit<TextColumnFacts, "missing">): string[] {
  const { name, settings, texts, featureCount, learned } = facts;
  const { distinct, colliding, dropped, empty, frequent } = learned;
  const { minTexts, maxShare } = settings;
  const gone = [
    ...(dropped.minTexts > 0 ? [`${count(dropped.minTexts)} in fewer than ${minTexts} texts`] : []),
    ...(dropped.maxShare > 0 ? [`${count(dropped.maxShare)} in more than ${percent(maxShare)} of them`] : []),
    ...(dropped.maxTerms > 0 ? [`${count(dropped.maxTerms)} less frequent than those kept`] : []),
  ];
  const kept =
    settings.hashed === null
      ? gone.length === 0
        ? "each has its feature"
        : `${count(featureCount)} have a feature, dropped are ${gone.join(", ")}`
      : `hashed to ${count(featureCount)} features, which ${percent(colliding / distinct)} share with another term`;
  return [
    `Texts of "${name}": ${count(texts)}, ${count(empty)} without any term`,
    `  terms     ${runsInWords(facts)}: ${count(distinct)} different ones, ${kept}`,
    `  frequent  ${frequent.map(({ term, texts: rows }) => `${shown(term)} (${count(rows)})`).join(", ")}`,
    ...(settings.segmenter === null
      ? []
      : [
          `  Note: scripts without spaces are cut by this engine's dictionary for "${settings.segmenter}"; another engine may cut them otherwise.`,
        ]),
  ];
}

function runsInWords({ settings: { terms, lengths } }: Pick<TextColumnFacts, "settings">): string {
  const [from, to] = lengths;
  const runs = from === to ? String(from) : `${from} to ${to}`;
  if (terms === "words") return to === 1 ? "words" : `runs of ${runs} words`;
  return `runs of ${runs} ${to === 1 ? "character" : "characters"}${terms === "characters" ? "" : " in words"}`;
}

/** Words as they are; where space matters, in quotation marks. */
function shown(term: string): string {
  return term.trim() === term ? term : JSON.stringify(term);
}
