import { InputError } from "../errors/index.ts";
import { textSettings, type InputColumn, type TextFacts, type TextInput } from "../features/index.ts";
import type { Reader } from "./reader.ts";
import type { Tensor } from "./safetensors.ts";

/** A column as JSON; of one of texts all but how many training texts have each feature, see `textTensors`. */
export function describeColumn(column: InputColumn): object {
  if (column.kind !== "text") return column;
  const { frequencies, ...others } = column;
  return { ...others, features: frequencies.length };
}

/** How many training texts have each feature, column by column, 0 for columns not of texts. */
export function textTensors(columns: readonly InputColumn[]): Record<string, Tensor> {
  return Object.fromEntries(
    columns.flatMap((column, i) => {
      if (column.kind !== "text") return [];
      const { length } = column.frequencies;
      return [[nameOf(i), { shape: [length], values: Float64Array.from(column.frequencies) }]];
    }),
  );
}

function nameOf(column: number): string {
  return `features.${column}.texts`;
}

/** A column of texts, the `i`-th of a model. @throws InputError when it is damaged */
export function readTextColumn(
  read: Reader,
  i: number,
  tensor: (name: string, length: number) => Float64Array,
): TextInput {
  const settings = readSettings(read, read.inside("settings"));
  const terms = read.isNull("terms") ? null : read.texts("terms");
  const texts = read.count("texts");
  const width = read.count("features");
  if ((terms === null) !== (settings.hashed !== null))
    read.fail("terms", "a list of texts, or null where they are hashed");
  if (terms && new Set(terms).size < terms.length) read.fail("terms", "different texts");
  if (width !== (terms?.length ?? settings.hashed))
    read.fail("features", "one per term, or as many as are hashed to");
  const values = tensor(nameOf(i), width);
  if (values.some((value) => !(Number.isInteger(value) && value >= 0 && value <= texts)))
    read.fail("texts", "as many as have any term, or more");
  return {
    kind: "text",
    name: read.text("name"),
    hasMissing: false,
    settings,
    terms,
    frequencies: Uint32Array.from(values),
    texts,
    learned: readFacts(read.inside("learned")),
  };
}

function readSettings(column: Reader, read: Reader): TextInput["settings"] {
  const [from, to] = read.numbers("lengths");
  const countOrNull = (name: string): number | null => (read.isNull(name) ? null : read.count(name));
  const found = {
    terms: read.oneOf("terms", ["words", "characters", "characters-in-words"]),
    lengths: [from, to],
    shortestWord: read.count("shortestWord"),
    lowercase: read.flag("lowercase"),
    segmenter: read.isNull("segmenter") ? null : read.text("segmenter"),
    hashed: countOrNull("hashed"),
    minTexts: read.count("minTexts"),
    maxShare: read.number("maxShare"),
    maxTerms: countOrNull("maxTerms"),
    idf: read.flag("idf"),
    sublinear: read.flag("sublinear"),
    normalized: read.flag("normalized"),
  } as const;
  try {
    return textSettings(found);
  } catch (error) {
    if (error instanceof InputError)
      return column.fail("settings", `what a column of texts can have (${error.message})`);
    throw error;
  }
}

function readFacts(read: Reader): TextFacts {
  const dropped = read.inside("dropped");
  return {
    empty: read.count("empty"),
    distinct: read.count("distinct"),
    colliding: read.count("colliding"),
    dropped: {
      minTexts: dropped.count("minTexts"),
      maxShare: dropped.count("maxShare"),
      maxTerms: dropped.count("maxTerms"),
    },
    frequent: read.list("frequent").map((each) => ({ term: each.text("term"), texts: each.count("texts") })),
  };
}
