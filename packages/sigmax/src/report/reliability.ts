import { dot, line, rect, rectY, ruleX, type PlotOptions } from "@observablehq/plot";
import type { Evaluation, ReliabilityBin } from "@sigmax/core/evaluate";

import type { ReportData } from "./data.ts";
import { drawing, figure, section } from "./figure.ts";
import { counted, inWords, level, percent, points } from "./format.ts";
import { html, type Html } from "./html.ts";

/** A bin with rows in it. */
interface Filled {
  readonly low: number;
  readonly high: number;
  readonly rows: number;
  readonly confidence: number;
  readonly accuracy: number;
  readonly bandLow: number;
  readonly bandHigh: number;
  readonly side: "inside" | "above" | "below";
}

/** Do the stated probabilities come true? The diagram, the spread of confidences, and a sentence that reads them. */
export function reliability({ evaluation }: ReportData): Html {
  const bins = evaluation.reliability.flatMap(filled);
  const stated = meanConfidence(bins);
  const overall = verdict(evaluation, stated);
  return section(
    "reliability",
    "Can the probabilities be believed?",
    html`<p>${overall} ${binsInWords(bins, evaluation.confidence)}</p>
      <div class="pair">
        ${figure(
          drawing(
            diagram(bins),
            `Reliability diagram: share of right answers against stated confidence. ${overall}`,
          ),
          html`Reliability diagram. Each mark is a group of rows with similar confidence, at the confidence
            stated (across) and the share of right answers (up). On the dashed line the two agree; above it
            the model is too modest, below it too sure. Gray boxes hold ${level(evaluation.confidence)} of the
            marks if the probabilities are right.
            <span class="key"><span class="mark inside"></span> inside its box</span>
            <span class="key"><span class="mark outside"></span> outside</span>`,
        )}
        ${figure(
          drawing(
            histogram(bins, stated, evaluation.accuracy),
            `Histogram of the confidence. Mean confidence ${percent(stated)}, accuracy ${percent(evaluation.accuracy)}.`,
          ),
          html`How sure the model was: rows by the probability of the class it chose.
            <span class="key"><span class="stroke test"></span> mean confidence, ${percent(stated)}</span>
            <span class="key"
              ><span class="stroke train"></span> accuracy, ${percent(evaluation.accuracy)}</span
            >`,
        )}
      </div>`,
  );
}

function filled({ low, high, rows, confidence, accuracy, band }: ReliabilityBin): readonly Filled[] {
  if (confidence === null || accuracy === null) return [];
  const [bandLow, bandHigh] = band ?? [0, 1];
  const side = accuracy > bandHigh ? "above" : accuracy < bandLow ? "below" : "inside";
  return [{ low, high, rows, confidence, accuracy, bandLow, bandHigh, side }];
}

function meanConfidence(bins: readonly Filled[]): number {
  let sum = 0;
  let rows = 0;
  for (const bin of bins) {
    sum += bin.rows * bin.confidence;
    rows += bin.rows;
  }
  return sum / rows;
}

/** Compares the mean confidence with the accuracy; a gap within the accuracy's own interval may be chance. */
function verdict({ accuracy, intervals, rows }: Evaluation, stated: number): string {
  const means = `On average the model gave the class it chose ${percent(stated)} and was right in ${percent(accuracy)}`;
  const gap = points(stated - accuracy);
  if (gap === "0.0") return `${means}: as a whole it is neither over- nor under-confident.`;
  const direction = stated > accuracy ? "over-confident" : "under-confident";
  const [lowest, highest] = intervals.accuracy;
  return stated < lowest || stated > highest
    ? `${means}: it is ${direction}, by ${gap} percentage points.`
    : `${means}: it looks ${direction}, by ${gap} percentage points, but with ${counted(rows, "row")} that may be chance.`;
}

/** How many groups lie outside their boxes, and on which side; some do so by chance alone. */
function binsInWords(bins: readonly Filled[], confidence: number): string {
  const above = bins.filter(({ side }) => side === "above").length;
  const below = bins.filter(({ side }) => side === "below").length;
  if (bins.length === 1) return above + below === 0 ? "" : "That is more than chance explains.";
  const groups = `Of the ${inWords(bins.length)} groups of similar confidence`;
  if (above + below === 0) return `${groups}, none departs from what it states by more than chance explains.`;
  const chance = `chance alone would put about one in ${inWords(Math.round(1 / (1 - confidence)))} there`;
  const sides = [
    ...(above > 0 ? [`${inWords(above)} ${wasOrWere(above)} right more often than stated`] : []),
    ...(below > 0 ? [`${inWords(below)} ${wasOrWere(below)} right less often than stated`] : []),
  ];
  return `${groups}, ${sides.join(" and ")}, by more than the gray boxes allow (${chance}).`;
}

function wasOrWere(rows: number): string {
  return rows === 1 ? "was" : "were";
}

function diagram(bins: readonly Filled[]): PlotOptions {
  const inside = bins.filter(({ side }) => side === "inside");
  const outside = bins.filter(({ side }) => side !== "inside");
  const channels = { x: (bin: Filled) => bin.confidence * 100, y: (bin: Filled) => bin.accuracy * 100 };
  const everything: [number, number] = [0, 100];
  return {
    height: 350,
    marginLeft: 40,
    marginRight: 12,
    marginBottom: 38,
    x: { label: "confidence stated (%)", labelOffset: 36, domain: everything, ticks: 5 },
    y: { label: "right answers (%)", domain: everything, ticks: 5, grid: true },
    marks: [
      rect(bins, {
        x1: (bin: Filled) => bin.low * 100,
        x2: (bin: Filled) => bin.high * 100,
        y1: (bin: Filled) => bin.bandLow * 100,
        y2: (bin: Filled) => bin.bandHigh * 100,
        fill: "var(--band)",
        inset: 0.5,
      }),
      line(
        [
          [0, 0],
          [100, 100],
        ],
        { stroke: "currentColor", strokeDasharray: "4 4", strokeOpacity: 0.7 },
      ),
      ruleX(bins, {
        x: channels.x,
        y1: channels.x,
        y2: channels.y,
        stroke: "currentColor",
        strokeOpacity: 0.6,
      }),
      dot(inside, { ...channels, r: 4, fill: "var(--right)", stroke: "var(--paper)", strokeWidth: 1 }),
      dot(outside, {
        ...channels,
        r: 4.5,
        symbol: "diamond",
        fill: "var(--wrong)",
        stroke: "var(--paper)",
        strokeWidth: 1,
      }),
    ],
  };
}

function histogram(bins: readonly Filled[], stated: number, accuracy: number): PlotOptions {
  return {
    height: 350,
    marginLeft: 46,
    marginRight: 12,
    marginBottom: 38,
    x: { label: "confidence stated (%)", labelOffset: 36, domain: [0, 100], ticks: 5 },
    y: {
      label: "rows",
      grid: true,
      ticks: 5,
      tickFormat: (rows: number) => (Number.isInteger(rows) ? String(rows) : ""),
    },
    marks: [
      rectY(bins, {
        x1: (bin: Filled) => bin.low * 100,
        x2: (bin: Filled) => bin.high * 100,
        y: "rows",
        fill: "var(--bar)",
        inset: 0.5,
      }),
      ruleX([stated * 100], { stroke: "var(--right)", strokeWidth: 2 }),
      ruleX([accuracy * 100], { stroke: "var(--train)", strokeWidth: 1.75, strokeDasharray: "5 3" }),
    ],
  };
}
