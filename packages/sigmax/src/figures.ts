import type { Evaluation } from "@sigmax/core";
import { count, percent, table } from "./output.ts";

/** The figures of an evaluation as `train` and `evaluate` give them in JSON. */
export function figures(evaluation: Evaluation, evaluatedOn: string): object {
  const { rows, classes, accuracy, logLoss, brier, brierBinary, ece, confidence, intervals } = evaluation;
  return {
    rows,
    evaluatedOn,
    classes,
    accuracy,
    logLoss,
    brier,
    ...(brierBinary === undefined ? {} : { brierBinary }),
    ece,
    confidence,
    intervals,
    perClass: evaluation.perClass,
    confusion: rowsOf(evaluation.confusion, classes.length),
  };
}

/** Rows of which more is to be said than their role. */
const kinds: Readonly<Record<string, string>> = {
  train: "training rows (the model has seen them, so these figures flatter it)",
  all: "rows (the model has seen some of them, so these figures flatter it)",
};

/** The same for a terminal. */
export function summaryOf(evaluation: Evaluation, evaluatedOn: string): string[] {
  const { rows, accuracy, logLoss, brier, ece, confidence, intervals } = evaluation;
  const interval = `${Math.round(100 * confidence)} % interval`;
  return [
    `On ${count(rows)} ${kinds[evaluatedOn] ?? `${evaluatedOn} rows`}:`,
    ...table(
      [
        ["", "", interval],
        ["accuracy", percent(accuracy), range(intervals.accuracy, percent)],
        ["log-loss", four(logLoss), range(intervals.logLoss, four)],
        ["Brier score", four(brier), range(intervals.brier, four)],
        ["calibration error", four(ece), range(intervals.ece, four)],
      ],
      [1],
    ).map((line) => `  ${line}`),
  ];
}

function range([low, high]: readonly [number, number], show: (value: number) => string): string {
  return `${show(low)} to ${show(high)}`;
}

function four(value: number): string {
  return value.toFixed(4);
}

function rowsOf(values: Float64Array, columns: number): number[][] {
  return Array.from({ length: values.length / columns }, (_, i) => [
    ...values.subarray(i * columns, (i + 1) * columns),
  ]);
}
