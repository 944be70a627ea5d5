import type { SavedModel } from "@sigmax/core/artifact";
import { takeLabelRows, takeRows, type LabelSets, type Logits, type Probabilities } from "@sigmax/core/data";
import { evaluateLabels } from "@sigmax/core/evaluate";
import { labelThresholdsOf } from "@sigmax/core/model";
import { count, percent, table } from "../output.ts";
import { missedShares } from "./missed-labels.ts";
import type { RowSet } from "./rows.ts";
import { decimals, fewestRows, figure, groupsOf, meanOf, type Figure } from "./subgroups.ts";

/** What a model of several labels did on the rows with one value of a column. */
export interface LabelSubgroup {
  readonly value: string;
  readonly rows: number;
  /** Fewer than ten rows: shown, but hardly to be read. */
  readonly tooSmall: boolean;
  /** Null where no label was carried or given. */
  readonly microF1: Figure | null;
  readonly macroF1: Figure | null;
  /** The share of rows whose whole set is right. */
  readonly accuracy: Figure;
  readonly hammingLoss: Figure;
  readonly logLoss: Figure;
  /** Labels that a row carries less the sum of its probabilities, on average: above 0 the probabilities are too low. */
  readonly inTheLarge: Figure;
  /** Mean share of a row's labels that the promised sets miss; null without a promise, or where no row carries a label. */
  readonly missed: Figure | null;
}

/** Some rows by the values of a column. */
export interface LabelSubgroups {
  readonly column: string;
  readonly groups: readonly LabelSubgroup[];
}

/**
 * The same figures for each value of a column, at the model's thresholds.
 *
 * @param promising whose promise the rows are held against
 * @throws InputError as `subgroupsBy`
 */
export function labelSubgroupsBy(
  column: string,
  rows: RowSet,
  promising: SavedModel,
  logits: Logits,
  labelSets: LabelSets,
  seed: number,
): LabelSubgroups {
  const { classes, indices } = groupsOf(column, rows);
  const thresholds = labelThresholdsOf(promising);
  const promise = promising.guarantees?.missedLabels;
  return {
    column,
    groups: classes.map((value, group) => {
      const places = [...indices.keys()].filter((row) => indices[row] === group);
      const own: Logits = { ...takeRows(logits, places), unit: "logits" };
      const sets = takeLabelRows(labelSets, places);
      const probabilities = promising.head.probabilities(own);
      const found = evaluateLabels(own, sets, { thresholds, seed, draws: 500 });
      const { micro, macro, intervals } = found;
      const missed = promise?.feasible
        ? [...missedShares(promise.threshold, probabilities, sets)].filter((share) => share >= 0)
        : [];
      return {
        value,
        rows: places.length,
        tooSmall: places.length < fewestRows,
        microF1: figureOf(micro.f1, micro.intervals.f1),
        macroF1: figureOf(macro.f1, macro.intervals.f1),
        accuracy: { value: found.accuracy, interval: intervals.accuracy },
        hammingLoss: { value: found.hammingLoss, interval: intervals.hammingLoss },
        logLoss: { value: found.logLoss, interval: intervals.logLoss },
        inTheLarge: meanOf(sumsOfRows(sets, probabilities)),
        missed: missed.length === 0 ? null : shareOf(missed),
      };
    }),
  };
}

function figureOf(value: number | null, interval: Figure["interval"] | null): Figure | null {
  return value === null || interval === null ? null : { value, interval };
}

/** A mean of shares: its interval stays within [0, 1]. */
function shareOf(shares: readonly number[]): Figure {
  const { value, interval } = meanOf(shares);
  return { value, interval: [Math.max(0, interval[0]), Math.min(1, interval[1])] };
}

/** Σ (y − p) of each row. */
function sumsOfRows({ names, rows, values: marks }: LabelSets, { values }: Probabilities): number[] {
  const output = Array.from({ length: rows }, () => 0);
  for (let i = 0; i < marks.length; i++) output[Math.floor(i / names.length)] += marks[i] - values[i];
  return output;
}

/** The same for a terminal. */
export function labelSubgroupsInWords({ column, groups }: LabelSubgroups): string[] {
  const hasSets = groups.some(({ missed }) => missed !== null);
  return [
    `By ${column} (95 % intervals; "in the large": labels a row carries less the sum of its probabilities):`,
    ...table(
      [
        [
          column,
          "rows",
          "micro F1",
          "macro F1",
          "exact set",
          "hamming loss",
          "log-loss",
          "in the large",
          hasSets ? "missed by sets" : "",
          "",
        ],
        ...groups.map((each) => [
          each.value,
          count(each.rows),
          figure(each.microF1, decimals),
          figure(each.macroF1, decimals),
          figure(each.accuracy, percent),
          figure(each.hammingLoss, decimals),
          figure(each.logLoss, decimals),
          figure(each.inTheLarge, decimals),
          figure(each.missed, percent),
          each.tooSmall ? "too few rows to judge" : "",
        ]),
      ],
      [1],
    ).map((line) => `  ${line}`),
  ];
}
