import type { Evaluation, Interval } from "@sigmax/core/evaluate";

import type { MeasuredOn } from "./card-data.ts";
import type { ReportData } from "./data.ts";
import { section } from "./figure.ts";
import {
  counted,
  decimal,
  decimalRange,
  decimalsFor,
  level,
  percent,
  percentRange,
  points,
} from "./format.ts";
import { html, nothing, type Html } from "./html.ts";
import { kindOfRows, learnedFrom } from "./measured-on.ts";

/** The four figures of the whole evaluation, each with its interval and a sentence that says how to read it. */
export function metrics({ evaluation, evaluatedOn }: ReportData): Html {
  const { accuracy, logLoss, brier, ece, intervals, classes, reliability } = evaluation;
  const kind = kindOfRows(evaluatedOn);
  const blocks = [
    metric(
      "Accuracy",
      "higher is better",
      html`${percent(accuracy)} ${range(percentRange(intervals.accuracy))}`,
      html`The share of rows whose most probable class is the true one. Always giving the most frequent class
      would reach ${percent(mostFrequentShare(evaluation))}.`,
    ),
    metric(
      "Log-loss",
      "lower is better",
      score(logLoss, intervals.logLoss),
      html`The mean of −ln <i>p</i>, where <i>p</i> is the probability the model gave to the true class. 0 is
        perfect; confident mistakes cost the most. Calling all ${classes.length} classes equally likely would
        cost ${decimal(Math.log(classes.length))}.`,
    ),
    metric(
      "Brier score",
      "lower is better",
      score(brier, intervals.brier),
      html`The squared distance between the probabilities and the truth, summed over the classes. 0 is
      perfect, 2 is certain and wrong every time; calling all classes equally likely would score
      ${decimal(1 - 1 / classes.length)}.${binaryForm(evaluation)}`,
    ),
    metric(
      "Calibration error (ECE)",
      "lower is better",
      score(ece, intervals.ece),
      html`How far the stated confidence lies from the share of right answers: ${points(ece)} percentage
      points, on average over ${reliability.length} groups of similar confidence. 0 is perfect; chance alone
      lifts it a little above 0.`,
    ),
  ];
  return section(
    "results",
    `What the ${kind} rows say`,
    html`<div class="metrics">${blocks}</div>
      ${meaningOfIntervals(evaluation, evaluatedOn)}`,
  );
}

function metric(name: string, direction: string, value: Html, meaning: Html): Html {
  return html`<div class="metric">
    <h3>${name} <span class="soft">${direction}</span></h3>
    <p class="value">${value}</p>
    <p class="meaning">${meaning}</p>
  </div>`;
}

/** Three decimals, or two significant digits where that would leave hardly any. */
function score(value: number, interval: Interval): Html {
  const digits = Math.max(3, decimalsFor(value, 2));
  return html`${decimal(value, digits)} ${range(decimalRange(interval, digits))}`;
}

function range(text: string): Html {
  return html`<span class="range">${text}</span>`;
}

function meaningOfIntervals({ confidence, rows }: Evaluation, evaluatedOn: MeasuredOn): Html {
  const promised = level(confidence);
  if (learnedFrom(evaluatedOn) !== null)
    return html`<p>
      The ranges are ${promised} intervals, made as if these were new rows. They are not, so the promise of
      the intervals does not hold here.
    </p>`;
  return html`<p>
    The ranges are ${promised} intervals. They say how precisely
    ${counted(rows, `${kindOfRows(evaluatedOn)} row`)} can tell each figure: were the same number of rows
    drawn again and again from the same source, about ${promised} of the intervals made this way would hold
    the figure of the whole source.
  </p>`;
}

function mostFrequentShare({ perClass, rows }: Evaluation): number {
  return perClass.reduce((most, { support }) => Math.max(most, support), 0) / rows;
}

function binaryForm({ brierBinary }: Evaluation): Html {
  if (brierBinary === undefined) return nothing;
  const digits = Math.max(3, decimalsFor(brierBinary, 2));
  return html` In the form for two classes, which is half of it: ${decimal(brierBinary, digits)}.`;
}
