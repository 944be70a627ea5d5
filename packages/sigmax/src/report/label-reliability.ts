import { dot, line, rect, type PlotOptions } from "@observablehq/plot";
import type { LabelEvaluation, LabelFigures } from "@sigmax/core/evaluate";

import { drawing, figure, section } from "./figure.ts";
import { counted, decimal, level, shortened } from "./format.ts";
import { html, type Html } from "./html.ts";

/** So many labels are drawn, the most frequent. */
const mostDrawn = 9;

interface Bin {
  readonly low: number;
  readonly high: number;
  readonly stated: number;
  readonly share: number;
  readonly band: readonly [number, number];
}

/** Do the labels come true as often as stated? A small diagram for each of the most frequent. */
export function labelReliability({ perLabel, confidence }: LabelEvaluation): Html {
  const drawn = perLabel.toSorted((a, b) => b.support - a.support).slice(0, mostDrawn);
  return section(
    "label-reliability",
    "Can the probabilities be believed?",
    html`<p>
        Each mark is a group of rows with similar probability of the label: as stated (across) and the share
        that carry it (up). Gray boxes hold ${level(confidence)} of the marks if the probabilities are right.
      </p>
      <div class="multiples">
        ${drawn.map((each) =>
          figure(
            drawing(diagram(binsOf(each)), `Reliability diagram of ${each.label}.`),
            html`<b>${shortened(each.label, 40)}</b>, carried by ${counted(each.support, "row")}; calibration
              error ${decimal(each.ece)}.`,
          ),
        )}
      </div>`,
  );
}

function binsOf({ reliability }: LabelFigures): readonly Bin[] {
  return reliability.flatMap(({ low, high, confidence, accuracy, band }): Bin[] =>
    confidence === null || accuracy === null
      ? []
      : [{ low, high, stated: confidence, share: accuracy, band: band ?? [0, 1] }],
  );
}

function diagram(bins: readonly Bin[]): PlotOptions {
  const axis = { domain: [0, 100], ticks: 5 };
  const isInside = ({ share, band: [low, high] }: Bin): boolean => share >= low && share <= high;
  return {
    height: 240,
    width: 280,
    marginLeft: 40,
    marginBottom: 38,
    x: { ...axis, label: "probability stated (%)", labelOffset: 36 },
    y: { ...axis, label: "true (%)", grid: true },
    marks: [
      rect(bins, {
        x1: (bin: Bin) => bin.low * 100,
        x2: (bin: Bin) => bin.high * 100,
        y1: (bin: Bin) => bin.band[0] * 100,
        y2: (bin: Bin) => bin.band[1] * 100,
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
      dot(bins, {
        x: (bin: Bin) => bin.stated * 100,
        y: (bin: Bin) => bin.share * 100,
        r: 4,
        fill: (bin: Bin) => (isInside(bin) ? "var(--right)" : "var(--wrong)"),
        stroke: "var(--paper)",
      }),
    ],
  };
}
