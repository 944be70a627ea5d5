import type { Classifier, Evaluation, Labels, Logits } from "@sigmax/core";
import type { ModelCalibration } from "@sigmax/core/model";
import {
  calibrationLines,
  debiasedCalibrationError,
  type CalibrationEstimate,
  type CalibrationLine,
} from "@sigmax/core/evaluate";
import { count, percent, table } from "../output.ts";

/** How far probabilities match frequencies, beside the calibration error. */
export interface CalibrationFigures {
  /** Slope and intercept, class by class; of two classes that of `positive`. */
  readonly calibrationLines: readonly CalibrationLine[];
  readonly eceDebiased: number;
}

export function calibrationFigures(
  { head }: Pick<Classifier, "head">,
  logits: Logits,
  labels: Labels,
  positive: string | null,
): CalibrationFigures {
  return {
    calibrationLines: calibrationLines(logits, labels).filter(
      (line) => positive === null || line.class === positive,
    ),
    eceDebiased: debiasedCalibrationError(head.probabilities(logits), labels),
  };
}

export function calibrationInWords({ calibrationLines: lines, eceDebiased }: CalibrationFigures): string[] {
  const show = (each: CalibrationEstimate | null): string =>
    each === null ? "none" : `${signed(each.value)} (${each.interval.map(signed).join(" to ")})`;
  return [
    `Calibration; error without what chance adds ${eceDebiased.toFixed(4)}; a calibrated model has slope 1, intercept 0, and 0 in the large (95 % intervals):`,
    ...table([
      ["", "slope", "intercept", "in the large"],
      ...lines.map((each) => [each.class, show(each.slope), show(each.intercept), show(each.inTheLarge)]),
    ]).map((line) => `  ${line}`),
  ];
}

/** What calibrating a model changed. */
export function changeInWords(
  { calibrator, rows, source }: ModelCalibration,
  before: Evaluation,
  after: Evaluation,
): string[] {
  const by = `${calibrator.kind}, from ${count(rows)} rows of ${source}`;
  return calibrator.kind === "identity"
    ? [`Calibration left the probabilities as they are (${by}).`]
    : [`Calibrated by ${by}:`, ...beforeAndAfter(before, after)];
}

/** The figures of a calibrated model beside those it had before. */
export function beforeAndAfter(before: Evaluation, after: Evaluation): string[] {
  const line = (name: string, show: (each: Evaluation) => string): string[] => [
    name,
    show(before),
    show(after),
  ];
  return table(
    [
      ["", "before", "calibrated"],
      line("accuracy", (each) => percent(each.accuracy)),
      line("log-loss", (each) => each.logLoss.toFixed(4)),
      line("Brier score", (each) => each.brier.toFixed(4)),
      line("calibration error", (each) => each.ece.toFixed(4)),
    ],
    [1, 2],
  ).map((text) => `  ${text}`);
}

function signed(value: number): string {
  return `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(2)}`;
}
