import type { Evaluation } from "@sigmax/core";
import type { CrossValidation, FoldFigure } from "@sigmax/core/evaluate";
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
    auc: evaluation.auc,
    aucInterval: evaluation.aucInterval,
    averagePrecision: evaluation.averagePrecision,
    positive: evaluation.positive,
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
        ...(evaluation.auc === null
          ? []
          : [
              [
                evaluation.positive === null ? "mean AUC" : "AUC",
                four(evaluation.auc),
                evaluation.aucInterval ? range(evaluation.aucInterval, four) : "",
              ],
            ]),
      ],
      [1],
    ).map((line) => `  ${line}`),
  ];
}

/** Cross-validation in JSON, without the logits of every row. */
export function validationInJson({ logits: _logits, ...rest }: CrossValidation): object {
  return rest;
}

export function validationInWords({ folds, repeats, accuracy, logLoss, brier }: CrossValidation): string[] {
  const times = repeats === 1 ? "" : `, ${repeats} times`;
  const line = (name: string, { mean, interval }: FoldFigure, show: (value: number) => string): string[] => [
    name,
    show(mean),
    range(interval, show),
  ];
  return [
    `Cross-validated on the training rows, ${folds} folds${times}:`,
    ...table(
      [
        ["", "", "95 % interval"],
        line("accuracy", accuracy, percent),
        line("log-loss", logLoss, four),
        line("Brier score", brier, four),
      ],
      [1],
    ).map((text) => `  ${text}`),
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
