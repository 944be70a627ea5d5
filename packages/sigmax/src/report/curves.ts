import { dot, lineY, type PlotOptions } from "@observablehq/plot";

import type { ReportData } from "./data.ts";
import { drawing, figure, section } from "./figure.ts";
import { decimal, percent } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";

type Epoch = ReportData["history"][number];

interface Point {
  readonly epoch: number;
  readonly value: number;
}

/** Loss and accuracy by epoch; nothing where the solver has no epochs. */
export function learningCurves({ history, keptEpoch }: ReportData): Html {
  if (history.length === 0) return nothing;
  const trainLoss = pointsOf(history, (epoch) => epoch.trainLoss);
  const testLoss = pointsOf(history, (epoch) => epoch.testLoss);
  const trainAccuracy = pointsOf(history, (epoch) => epoch.trainAccuracy);
  const testAccuracy = pointsOf(history, (epoch) => epoch.testAccuracy);
  const epoch = keptEpoch ?? history[history.length - 1].epoch;
  const start =
    keptEpoch === null ? "In the last epoch" : `In epoch ${keptEpoch}, whose weights the model has,`;
  const lossWords = epochInWords(`${start} the loss`, epoch, trainLoss, testLoss, decimal);
  const accuracyWords = epochInWords("The accuracy then", epoch, trainAccuracy, testAccuracy, percent);
  return section(
    "learning",
    "Learning curves",
    html`<p>
        One epoch is one pass over the training rows. Training figures are means over the epoch, taken while
        the weights were still
        moving${testLoss.length > 0 ? "; test figures belong to the weights at its end" : ""}. ${lossWords}
        ${accuracyWords} ${turningPoint(testLoss, epoch)}
      </p>
      ${history.length === 1 ? nothing : pictures()}`,
  );

  function pictures(): Html {
    const loss = curve("loss", trainLoss, testLoss.filter(isFinitePoint));
    const accuracy = curve("accuracy (%)", trainAccuracy.map(inPercent), testAccuracy.map(inPercent));
    return html`<div class="pair">
      ${figure(
        drawing(loss, `Line chart of the loss by epoch. ${lossWords}`),
        html`Loss by epoch: the mean of −ln <i>p</i> of the true class. Lower is better. ${legend(testLoss)}`,
      )}
      ${figure(
        drawing(accuracy, `Line chart of the accuracy by epoch. ${accuracyWords}`),
        html`Share of rows classified correctly, by epoch. Higher is better. ${legend(testAccuracy)}`,
      )}
    </div>`;
  }
}

/** One measure of training rows (dashed) and of test rows (solid), by epoch. */
function curve(label: string, train: readonly Point[], test: readonly Point[]): PlotOptions {
  const channels = { x: "epoch", y: "value" };
  const epochs = train.map(({ epoch }) => epoch);
  const dots = epochs.length <= 30; // more would hide the line
  return {
    height: 240,
    marginLeft: 46,
    marginRight: 12,
    marginBottom: 38,
    x: {
      label: "epoch",
      labelOffset: 36,
      ticks: epochTicks(epochs),
      tickFormat: String,
    },
    y: { label, domain: valueRange([...train, ...test]), grid: true, nice: true, ticks: 5 },
    marks: [
      lineY(train, { ...channels, stroke: "var(--train)", strokeDasharray: "5 3", strokeWidth: 1.75 }),
      dot(dots ? train : [], { ...channels, r: 2.5, stroke: "var(--train)", fill: "var(--paper)" }),
      lineY(test, { ...channels, stroke: "var(--right)", strokeWidth: 2 }),
      dot(dots ? test : [], { ...channels, r: 2.5, fill: "var(--right)" }),
    ],
  };
}

/** "The accuracy then was 84.8 % on training rows and 82.9 % on test rows." */
function epochInWords(
  start: string,
  epoch: number,
  train: readonly Point[],
  test: readonly Point[],
  print: (value: number) => string,
): string {
  const heldOut = test.find((point) => point.epoch === epoch);
  const fitted = train.find((point) => point.epoch === epoch)!;
  const onTest = heldOut === undefined ? "" : ` and ${print(heldOut.value)} on test rows`;
  return `${start} was ${print(fitted.value)} on training rows${onTest}.`;
}

/** Where the test loss was lowest, if that was not in the epoch told of: training longer no longer helped. */
function turningPoint(testLoss: readonly Point[], epoch: number): string {
  if (testLoss.length === 0) return "";
  const best = testLoss.reduce((lowest, point) => (point.value < lowest.value ? point : lowest));
  if (best.value === Infinity) return "";
  if (best.epoch === epoch) return testLoss.length > 1 ? "The test loss was lowest in that epoch." : "";
  return `The test loss was lowest after epoch ${best.epoch} (${decimal(best.value)}).`;
}

function legend(test: readonly Point[]): Html {
  if (test.length === 0)
    return html`<span class="key"><span class="stroke train"></span> training rows</span>`;
  return html`<span class="key"><span class="stroke test"></span> test rows</span>
    <span class="key"><span class="stroke train"></span> training rows</span>`;
}

function pointsOf(
  history: readonly Epoch[],
  measure: (epoch: Epoch) => number | undefined,
): readonly Point[] {
  return history.flatMap((entry) => {
    const value = measure(entry);
    return value === undefined ? [] : [{ epoch: entry.epoch, value }];
  });
}

/** A class that the model gave probability 0 makes the test loss infinite: said in words, not drawn. */
function isFinitePoint({ value }: Point): boolean {
  return Number.isFinite(value);
}

function inPercent({ epoch, value }: Point): Point {
  return { epoch, value: value * 100 };
}

/** From the lowest to the highest value; where all are the same, a little around it. */
function valueRange(points: readonly Point[]): [lowest: number, highest: number] {
  const values = points.map(({ value }) => value);
  const lowest = values.reduce((least, value) => Math.min(least, value));
  const highest = values.reduce((most, value) => Math.max(most, value));
  const room = lowest === highest ? 0.05 * (Math.abs(lowest) || 1) : 0;
  return [lowest - room, highest + room];
}

/** Whole epochs only, about a dozen at most, with the first and the last. */
function epochTicks(epochs: readonly number[]): readonly number[] {
  const step = Math.max(1, Math.ceil(epochs.length / 12));
  const last = epochs.at(-1)!;
  return epochs.filter((epoch, i) => epoch === last || (i % step === 0 && last - epoch >= step));
}
