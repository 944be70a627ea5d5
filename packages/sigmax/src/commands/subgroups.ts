import { InputError, type Labels, type Logits, type Probabilities } from "@sigmax/core";
import { labelsOf } from "@sigmax/core/data";
import { evaluateSets, type PredictionSets } from "@sigmax/core/conformal";
import { logSoftmax } from "@sigmax/core/functions";
import { normalQuantile, wilsonInterval, type Interval } from "@sigmax/core/statistics";
import { cellAt, isTable } from "../sources/source.ts";
import { didYouMean, shortList } from "../sources/suggest.ts";
import { count, percent, table } from "../output.ts";
import { mostProbable } from "./predictions.ts";
import type { RowSet } from "./rows.ts";

/** With fewer rows a group's figures say next to nothing. */
export const fewestRows = 10;
const mostGroups = 50;

/** A figure with its 95 % interval. */
export interface Figure {
  readonly value: number;
  readonly interval: Interval;
}

/** What a model did on the rows with one value of a column. */
export interface Subgroup {
  readonly value: string;
  readonly rows: number;
  /** Fewer than ten rows: shown, but hardly to be read. */
  readonly tooSmall: boolean;
  readonly accuracy: Figure;
  readonly logLoss: Figure;
  /**
   * How often it came true less how often it was said to, on average: of the positive class of two, else of the most
   * probable class of each row. Above 0 the probabilities are too low.
   */
  readonly inTheLarge: Figure;
  /** The share of rows whose label set holds the true class; null without sets. */
  readonly coverage: Figure | null;
}

/**
 * The same figures for each value of a column.
 *
 * @param positive of two classes the event; null with more
 * @throws InputError when there is no such column, or it has too many values
 */
export function subgroupsBy(
  name: string,
  rows: RowSet,
  { logits, probabilities }: { logits: Logits; probabilities: Probabilities },
  positive: string | null,
  sets: PredictionSets | null,
): Subgroup[] {
  const groups = groupsOf(name, rows);
  const { classes, indices } = rows.labels;
  const { values, columns } = probabilities;
  const losses = lossesOf(logits, indices);
  const event = positive === null ? -1 : classes.indexOf(positive);
  const covered = sets && evaluateSets(sets, rows.labels, { groups }).perGroup;
  return groups.classes.map((value, group) => {
    const own = [...groups.indices.keys()].filter((row) => groups.indices[row] === group);
    const top = own.map((row) => mostProbable(values, row, columns));
    const right = top.reduce((sum, k, i) => sum + (k === indices[own[i]] ? 1 : 0), 0);
    const found = covered?.[group];
    return {
      value,
      rows: own.length,
      tooSmall: own.length < fewestRows,
      accuracy: { value: right / own.length, interval: wilsonInterval(right, own.length, 0.95) },
      logLoss: meanOf(own.map((row) => losses[row])),
      inTheLarge: meanOf(
        own.map((row, i) => {
          const k = event < 0 ? top[i] : event;
          return (indices[row] === k ? 1 : 0) - values[row * columns + k];
        }),
      ),
      coverage: found?.interval ? { value: found.coverage ?? 0, interval: found.interval } : null,
    };
  });
}

/** −ln p(true class) of each row. */
function lossesOf({ columns, values }: Logits, indices: Int32Array): Float64Array {
  const logs = logSoftmax(values, columns);
  return Float64Array.from(indices, (k, row) => -logs[row * columns + k]);
}

/** The values of a column as groups of the rows. @throws InputError as `subgroupsBy` */
export function groupsOf(name: string, { data }: RowSet): Labels {
  const known = isTable(data) ? data.columns.map((each) => each.name) : [];
  const column = isTable(data) ? data.columns.find((each) => each.name === name) : undefined;
  if (column === undefined)
    throw new InputError(
      `--by: there is no column "${name}"${didYouMean(name, known) || (known.length > 0 ? `; the columns are ${shortList(known)}` : "")}`,
    );
  const groups = labelsOf(Array.from({ length: data.rows }, (_, row) => cellAt(column, row) ?? "(missing)"));
  if (groups.classes.length > mostGroups)
    throw new InputError(
      `--by: "${name}" has ${count(groups.classes.length)} different values, expected at most ${mostGroups}; make a column of ranges`,
    );
  return groups;
}

/** With its normal interval. */
export function meanOf(values: readonly number[]): Figure {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const half = n > 1 ? normalQuantile(0.975) * Math.sqrt(squares / (n - 1) / n) : Infinity;
  return { value: mean, interval: [mean - half, mean + half] };
}

export function subgroupsInWords(
  name: string,
  groups: readonly Subgroup[],
  positive: string | null,
): string[] {
  const hasSets = groups.some(({ coverage }) => coverage !== null);
  return [
    `By ${name} (95 % intervals; "in the large": share ${positive === null ? "right" : `of ${positive}`} less its mean probability):`,
    ...table(
      [
        [name, "rows", "accuracy", "log-loss", "in the large", hasSets ? "coverage of sets" : "", ""],
        ...groups.map((each) => [
          each.value,
          count(each.rows),
          figure(each.accuracy, percent),
          figure(each.logLoss, decimals),
          figure(each.inTheLarge, decimals),
          figure(each.coverage, percent),
          each.tooSmall ? "too few rows to judge" : "",
        ]),
      ],
      [1],
    ).map((line) => `  ${line}`),
  ];
}

/** A figure and its interval; nothing where there is none. */
export function figure(each: Figure | null, show: (value: number) => string): string {
  if (each === null) return "";
  const isKnown = each.interval.every((end) => Number.isFinite(end));
  return `${show(each.value)} (${isKnown ? each.interval.map(show).join(" to ") : "one row"})`;
}

export function decimals(value: number): string {
  return `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(3)}`;
}
