import type { AverageFigures, LabelEvaluation } from "@sigmax/core/evaluate";
import { count, table } from "../output.ts";

/** More would scroll away what matters; --json and the report have them all. */
export const mostLines = 20;

/** An evaluation of several labels as the terminal shows it: all labels together, then the most frequent one by one. */
export function labelSummary(evaluation: LabelEvaluation): string[] {
  const { accuracy, hammingLoss, logLoss, brier, ece, ranking, intervals, perLabel } = evaluation;
  const frequentFirst = perLabel.toSorted((a, b) => b.support - a.support);
  const shown = frequentFirst.slice(0, mostLines);
  const rest = frequentFirst.length - shown.length;
  const withRange = (value: number, range: readonly [number, number]): string =>
    `${figure(value)}  [${figure(range[0])}, ${figure(range[1])}]`;
  const average = ({ precision, recall, f1, intervals: { f1: range } }: AverageFigures): string =>
    f1 === null || range === null
      ? "no label was carried or given"
      : `${withRange(f1, range)}, precision ${figure(precision)}, recall ${figure(recall)}`;
  const undefinedLabels = perLabel.filter(({ note }) => note !== null).length;
  return [
    ...table([
      ["exact set", withRange(accuracy, intervals.accuracy)],
      ["hamming loss", withRange(hammingLoss, intervals.hammingLoss)],
      ["log-loss", withRange(logLoss, intervals.logLoss)],
      ["brier", withRange(brier, intervals.brier)],
      ["ece, mean of labels", figure(ece)],
      ["ranking precision", figure(ranking.averagePrecision)],
      ["micro F1", average(evaluation.micro)],
      ["macro F1", average(evaluation.macro)],
    ]).map((line) => `  ${line}`),
    "",
    ...table(
      [
        ["label", "rows", "from", "precision", "recall", "F1", "AUC"],
        ...shown.map((each) => [
          each.label,
          count(each.support),
          figure(each.threshold, 2),
          figure(each.precision),
          figure(each.recall),
          figure(each.f1),
          figure(each.auc),
        ]),
      ],
      [1, 2, 3, 4, 5, 6],
    ).map((line) => `  ${line}`),
    ...(rest > 0 ? [`  … and ${count(rest)} rarer ones, in --json and in the report`] : []),
    ...(undefinedLabels > 0
      ? [`  –: no row speaks for it (${count(undefinedLabels)} of ${count(perLabel.length)} labels)`]
      : []),
  ];
}

function figure(value: number | null, digits = 4): string {
  return value === null ? "–" : value.toFixed(digits);
}
