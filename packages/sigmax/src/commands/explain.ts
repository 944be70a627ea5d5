import { InputError, type Classifier } from "@sigmax/core";
import type { Matrix, Table } from "@sigmax/core/data";
import { contributions, predictIntervals, type Contribution, type Explanation } from "@sigmax/core/inference";
import { percent, printJson, printLines, table } from "../output.ts";
import { nameOfPart } from "../report/names.ts";
import { cellAt, isTable, type Rows } from "../sources/source.ts";
import { hasAttention } from "./attention-words.ts";
import { narrowIntervals } from "./network-words.ts";
import { takeAny } from "./rows.ts";

type Part = Rows["parts"][number];

/** Prints why one row has the probabilities that it has. @param row its place in the source, from 0 */
export function explainRow(
  model: Classifier,
  { data }: Part,
  row: number,
  confidence: number,
  isJson: boolean,
  sourceName: string,
): void {
  if (row >= data.rows)
    throw new InputError(`--explain: ${sourceName} has the rows 0 to ${data.rows - 1}, got ${row}`);
  const one = takeAny(data, Uint32Array.of(row));
  const explanation = model.body === null ? explainOne(model, one, confidence) : null;
  const intervals = model.inference && predictIntervals(model, one, { confidence });
  const probabilities = model.predict(one).values;
  const classes = model.classes.map((name, k) => ({
    class: name,
    probability: probabilities[k],
    interval: intervals ? [intervals.low[k], intervals.high[k]] : null,
  }));
  if (isJson) {
    printJson({ row, confidence, classes, ...explanation });
    return;
  }
  printLines([
    `Row ${row} of ${sourceName}`,
    ...probabilityLines(classes, confidence),
    "",
    ...(explanation
      ? contributionLines(model, explanation, confidence)
      : [noContributions(model), ...(intervals ? [narrowIntervals] : [])]),
  ]);
}

/** Prints which labels one row is given, and what spoke for each; for the most probable one where none is. */
export function explainLabels(
  model: Classifier,
  { data }: Part,
  row: number,
  thresholds: ArrayLike<number>,
  isJson: boolean,
  sourceName: string,
): void {
  if (row >= data.rows)
    throw new InputError(`--explain: ${sourceName} has the rows 0 to ${data.rows - 1}, got ${row}`);
  const one = takeAny(data, Uint32Array.of(row));
  const { values } = model.predict(one);
  const all = model.classes.map((label, k) => ({
    label,
    probability: values[k],
    isGiven: values[k] >= thresholds[k],
  }));
  const byProbability = all.toSorted((a, b) => b.probability - a.probability);
  const given = byProbability.filter(({ isGiven }) => isGiven);
  const shown = given.length > 0 ? given : byProbability.slice(0, 1);
  const explanations = model.body ? [] : shown.map(({ label }) => explainOne(model, one, 0.95, label));
  if (isJson) {
    printJson({
      row,
      labels: given.map(({ label }) => label),
      probabilities: Object.fromEntries(all.map(({ label, probability }) => [label, probability])),
      explanations,
    });
    return;
  }
  printLines([
    `Row ${row} of ${sourceName}`,
    ...(given.length > 0 ? [] : ["  no label reaches its threshold; the most probable one:"]),
    ...probabilityLines(
      shown.map(({ label, probability }) => ({ class: label, probability, interval: null })),
      0.95,
    ),
    ...explanations.flatMap((each) => ["", ...contributionLines(model, each, 0.95)]),
    ...(model.body ? ["", noContributions(model)] : []),
  ]);
}

/** What is said of a network in the place of contributions. */
export function noContributions(model: Classifier): string {
  const why = "What each column added is not told: behind hidden layers no weight belongs to a column";
  return `${why}${hasAttention(model) ? "; sigmax attend shows what this one attends to" : ""}.`;
}

/** What each column adds to one row's log-odds, with the value that the row has there. */
interface RowExplanation extends Explanation {
  readonly contributions: readonly (Contribution & { readonly value: number | string | null })[];
}

/**
 * @param one a table or a matrix of one row
 * @param label the class or label to explain [the most probable]
 */
export function explainOne(
  model: Classifier,
  one: Matrix | Table,
  confidence: number,
  label?: string,
): RowExplanation {
  const explanation = contributions(model, one, { confidence, class: label });
  const valueOf = (column: string): number | string | null => {
    if (!isTable(one)) return one.values[model.features.columns.indexOf(column)];
    const found = one.columns.find(({ name }) => name === column);
    return found ? cellAt(found, 0) : null;
  };
  const parts = explanation.contributions.map((part) => ({
    ...part,
    value: part.count ?? valueOf(part.column),
  }));
  return { ...explanation, contributions: parts };
}

export function probabilityLines(
  classes: readonly {
    readonly class: string;
    readonly probability: number;
    readonly interval: readonly number[] | null;
  }[],
  confidence: number,
): string[] {
  const hasIntervals = classes.some(({ interval }) => interval !== null);
  return table(
    [
      ["", "probability", hasIntervals ? levelOf(confidence) : ""],
      ...classes.map((each) => [
        each.class,
        percent(each.probability),
        each.interval === null ? "" : each.interval.map(percent).join(" to "),
      ]),
    ],
    [1],
  ).map((text) => `  ${text}`);
}

/** Terms of a text are many; the rest of them is one line. */
const mostTerms = 12;

/** The strongest columns first. @param most how many columns to show [all, or of texts the first 12] */
export function contributionLines(
  { calibration }: Classifier,
  { class: name, against, logit, baseline, contributions: parts }: RowExplanation,
  confidence: number,
  most: number = parts.some((part) => part.count !== undefined) ? mostTerms : Infinity,
): string[] {
  const strongest = parts.toSorted((a, b) => Math.abs(b.logOdds) - Math.abs(a.logOdds));
  const [shown, rest] = [strongest.slice(0, most), strongest.slice(most)];
  const line = (column: string, value: string, logOdds: number, interval: readonly number[] | null) => [
    column,
    value,
    signed(logOdds),
    interval === null ? "" : interval.map(signed).join(" to "),
  ];
  return [
    `Log-odds of ${name} against ${against ?? "the other classes (their geometric mean)"}, taken apart${calibration === null ? "" : ", before calibration"}:`,
    ...table(
      [
        ["column", "value", "log-odds", baseline.interval ? levelOf(confidence) : ""],
        line("baseline", "", baseline.logOdds, baseline.interval),
        ...shown.map((part) =>
          line(nameOfPart(part), String(part.value ?? "missing"), part.logOdds, part.interval),
        ),
        ...(rest.length > 0
          ? [
              line(
                `${rest.length} more`,
                "",
                rest.reduce((sum, { logOdds }) => sum + logOdds, 0),
                null,
              ),
            ]
          : []),
        ["sum", "", signed(logit), ""],
      ],
      [1, 2],
    ).map((text) => `  ${text}`),
  ];
}

function levelOf(confidence: number): string {
  return `${Math.round(100 * confidence)} % interval`;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}
