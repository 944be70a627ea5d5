import type { Classifier } from "@sigmax/core";
import { featureCount, type InputColumn } from "@sigmax/core/features";
import { coefficients, type Coefficient } from "@sigmax/core/inference";
import { count, table } from "../output.ts";
import { describeText, type TextColumnFacts } from "../sources/describe.ts";
import { textInWords } from "./text-facts.ts";

/** What a model learned of one column of its training rows, in the column's own unit. */
export type LearnedColumn = LearnedNumbers | LearnedCategories | LearnedTexts;

interface Learned {
  readonly name: string;
  /** Training rows without a value; null where the file does not say. */
  readonly missing: number | null;
  /** What the weights act on: the number itself, each category, "is missing". */
  readonly features: readonly LearnedFeature[];
}

interface LearnedFeature {
  readonly name: string;
  /** Of every class but the first, which they are against; none where rows carry labels, or a column is of texts. */
  readonly coefficients: readonly Coefficient[];
}

interface LearnedNumbers extends Learned {
  readonly kind: "numeric";
  /** Of the training rows that have a value. Null where all columns were divided by one number. */
  readonly mean: number | null;
  /** Population standard deviation; 1 where all values are the same. */
  readonly deviation: number | null;
  /** What a missing value becomes: the mean, and "is missing" has a weight of its own where training rows lacked it. */
  readonly missingBecomes: number | null;
}

interface LearnedCategories extends Learned {
  readonly kind: "categorical";
  readonly categories: readonly { readonly category: string; readonly rows: number | null }[];
}

/** Its terms are too many for a line each. */
interface LearnedTexts extends Learned, Omit<TextColumnFacts, "missing"> {}

/** Column by column, in the order of the training rows. */
export function learnedColumns(model: Classifier): LearnedColumn[] {
  const { classes } = model;
  const { columns, scaling, table: inputs } = model.features;
  const hasWeights = tellsWeights(model);
  const all = hasWeights ? coefficients(model) : [];
  const perClass = columns.length + 1; // the intercept comes first
  const features = columns.map((name, j) => ({
    name,
    coefficients: hasWeights ? classes.slice(1).map((_, contrast) => all[contrast * perClass + j + 1]) : [],
  }));
  const own: readonly InputColumn[] =
    inputs ?? columns.map((name) => ({ kind: "numeric", name, hasMissing: false, missingRows: 0 }));
  let next = 0;
  return own.map((input): LearnedColumn => {
    const first = next;
    next += featureCount(input);
    if (input.kind === "text") return { ...describeText(input, 0), features: [] };
    const { name, hasMissing, missingRows = hasMissing ? null : 0 } = input;
    const shared = { name, missing: missingRows, features: features.slice(first, next) };
    if (input.kind === "categorical") {
      const { categories, categoryRows } = input;
      return {
        kind: "categorical",
        ...shared,
        categories: categories.map((category, i) => ({ category, rows: categoryRows?.[i] ?? null })),
      };
    }
    const mean = scaling.kind === "columns" ? scaling.center[first] : null;
    const deviation = scaling.kind === "columns" ? scaling.scale[first] : null;
    return { kind: "numeric", ...shared, mean, deviation, missingBecomes: mean };
  });
}

/** With terms they are too many to be told, and labels have no first class to be against. */
function tellsWeights({ features, head }: Classifier): boolean {
  return head.isExclusive && !features.table?.some(({ kind }) => kind === "text");
}

/** More lines would not be read, and more classes not fit beside each other. */
const mostLines = 60;
const mostClasses = 5;
const mostCategories = 5;

/** The same as a table: a line per column, and where it became several features, a line for each of these. */
export function learnedInWords(model: Classifier, learned: readonly LearnedColumn[]): string[] {
  const [reference, ...contrasts] = model.classes;
  const hasWeights = tellsWeights(model) && contrasts.length <= mostClasses;
  const weights = (feature: LearnedFeature | undefined): string[] =>
    hasWeights ? contrasts.map((_, i) => weight(feature?.coefficients[i])) : [];
  const lines = learned.flatMap((column) => {
    const { name, kind, missing, features } = column;
    const [own, others] = kind === "numeric" ? [features[0], features.slice(1)] : [undefined, features];
    return [
      [name, kind, inWords(column), missing === null ? "some" : count(missing), ...weights(own)],
      ...(hasWeights ? others : []).map((feature) => [
        `  ${feature.name.slice(name.length + 1)}`, // "= red", "is missing"
        "",
        "",
        "",
        ...weights(feature),
      ]),
    ];
  });
  const isMissing = learned.some(({ missing }) => missing !== 0);
  const header = ["column", "kind", "learned", "missing", ...(hasWeights ? contrasts : [])];
  const right = header.map((_, j) => j).slice(3);
  return [
    `Columns, as learned from the training rows${hasWeights ? `; log-odds per unit, against ${reference}` : ""}:`,
    ...table([header, ...lines.slice(0, mostLines)], right).map((line) => `  ${line}`),
    ...(lines.length > mostLines ? [`  … and ${count(lines.length - mostLines)} lines more, in --json`] : []),
    ...(isMissing
      ? [
          "  A missing number is taken as the mean, a missing category as none; “is missing” has a weight of its own.",
        ]
      : []),
    ...learned.flatMap((column) => (column.kind === "text" ? ["", ...textInWords(column)] : [])),
  ];
}

function inWords(column: LearnedColumn): string {
  if (column.kind === "numeric")
    return column.mean === null || column.deviation === null
      ? ""
      : `mean ${digits(column.mean)}, sd ${digits(column.deviation)}`;
  if (column.kind === "text") return `${count(column.featureCount)} features`;
  const { categories } = column;
  const shown = categories
    .slice(0, mostCategories)
    .map(({ category, rows }) => (rows === null ? category : `${category} (${count(rows)})`));
  return `${categories.length}: ${shown.join(", ")}${categories.length > mostCategories ? ", …" : ""}`;
}

function weight(own: Coefficient | undefined): string {
  if (own === undefined) return "";
  const { estimate } = own;
  const size = Math.abs(estimate);
  const text = size !== 0 && (size < 1e-4 || size >= 1e5) ? size.toExponential(2) : size.toFixed(4);
  return estimate < 0 ? `−${text}` : text;
}

/** Four significant digits. */
function digits(value: number): string {
  return String(Number(value.toPrecision(4)));
}
