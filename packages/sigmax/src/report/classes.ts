import { axisY, dot, ruleY, type PlotOptions } from "@observablehq/plot";
import type { ClassFigures, Interval } from "@sigmax/core/evaluate";

import type { ReportData } from "./data.ts";
import { drawing, figure, section } from "./figure.ts";
import { capitalized, count, decimal, decimalRange, level } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";
import { besideDrawing } from "./names.ts";

/** Above this many classes only the hardest are drawn; the table has them all. */
const mostDrawn = 20;

type Figure = "precision" | "recall" | "f1";

/** Each class against the rest: precision, recall and F1, drawn and as a table. */
export function classFigures({ evaluation }: ReportData): Html {
  const { perClass, confidence } = evaluation;
  const hardestFirst = perClass.filter(({ f1 }) => f1 !== null).toSorted((a, b) => a.f1! - b.f1!);
  const drawn = hardestFirst.slice(0, mostDrawn);
  const which =
    hardestFirst.length > mostDrawn ? `The ${mostDrawn} classes with the lowest F1` : "Lowest F1 on top";
  const order = `${which}, with ${level(confidence)} intervals.`;
  const start = axisStart(drawn);
  const pictures =
    drawn.length === 0
      ? nothing
      : html`<div class="pair">
          ${figure(
            drawing(
              dotsAndIntervals(drawn, "recall", start),
              "Dot plot of recall by class with intervals. The numbers are in the table below.",
            ),
            html`Recall: of the rows that truly are of a class, the share that was found. ${order}`,
          )}
          ${figure(
            drawing(
              dotsAndIntervals(drawn, "precision", start),
              "Dot plot of precision by class with intervals. The numbers are in the table below.",
            ),
            html`Precision: of the rows called by a class, the share that truly are of it. Same order.`,
          )}
        </div>`;
  return section(
    "classes",
    "Class by class",
    html`<p>
        ${extremes(hardestFirst)}All three figures lie between 0 and 1; higher is better. F1 is the harmonic
        mean of precision and recall: it is high only when both are.
      </p>
      ${pictures}
      <figure class="tabular">
        <div class="scroll tall" tabindex="0" role="region" aria-label="Figures of each class">
          <table class="classes">
            <thead>
              <tr>
                <th scope="col">Class</th>
                <th scope="col" class="number">Rows</th>
                <th scope="col" class="number">Precision</th>
                <th scope="col" class="number">Recall</th>
                <th scope="col" class="number">F1</th>
              </tr>
            </thead>
            <tbody>
              ${perClass.map(tableRow)}
            </tbody>
          </table>
        </div>
        <figcaption>
          Figures of each class, in the order of the model, with ${level(confidence)} intervals. “Rows” counts
          the rows whose true class it is; “–” marks a share of no rows.
        </figcaption>
      </figure>`,
  );
}

function extremes(hardestFirst: readonly ClassFigures[]): Html {
  const hardest = hardestFirst[0];
  const easiest = hardestFirst.at(-1);
  if (hardest === undefined || easiest === undefined || hardest.f1 === easiest.f1) return nothing;
  return html`<b>${hardest.class}</b> is hardest for the model (F1 ${decimal(hardest.f1!, 2)}),
    <b>${easiest.class}</b> easiest (F1 ${decimal(easiest.f1!, 2)}). `;
}

/** A dot and its interval for each class. Classes are told apart by position, so two may have the same short name. */
function dotsAndIntervals(drawn: readonly ClassFigures[], name: Figure, start: number): PlotOptions {
  const rows = drawn.map((figures, position) => ({
    position,
    value: figures[name],
    interval: figures.intervals[name],
  }));
  const { short, margin } = besideDrawing(drawn.map((figures) => figures.class));
  return {
    height: 56 + 22 * rows.length,
    marginLeft: margin,
    marginRight: 12,
    marginBottom: 38,
    marginTop: 8,
    x: { label: capitalized(name), labelOffset: 36, domain: [start, 1], grid: true, ticks: 5 },
    y: { label: null, domain: rows.map(({ position }) => position), type: "point", padding: 0.6 },
    marks: [
      axisY({ tickFormat: (position: number) => short[position], tickSize: 0, label: null }),
      ruleY(
        rows.filter(({ interval }) => interval !== null),
        { y: "position", x1: low, x2: high, stroke: "var(--right)", strokeWidth: 5, strokeOpacity: 0.35 },
      ),
      dot(
        rows.filter(({ value }) => value !== null),
        { y: "position", x: "value", r: 3.5, fill: "var(--right)" },
      ),
    ],
  };
}

function low({ interval }: { readonly interval: Interval | null }): number | null {
  return interval === null ? null : interval[0];
}

function high({ interval }: { readonly interval: Interval | null }): number | null {
  return interval === null ? null : interval[1];
}

/** A tenth at or below everything drawn, the same for both pictures, so that they can be compared. */
function axisStart(drawn: readonly ClassFigures[]): number {
  const lowest = drawn
    .flatMap(({ recall, precision, intervals }) => [
      recall ?? 1,
      precision ?? 1,
      intervals.recall?.[0] ?? 1,
      intervals.precision?.[0] ?? 1,
    ])
    .reduce((least, value) => Math.min(least, value), 0.9);
  return Math.floor(lowest * 10) / 10;
}

function tableRow(figures: ClassFigures): Html {
  return html`<tr>
    <th scope="row"><span>${figures.class}</span></th>
    <td class="number">${count(figures.support)}</td>
    ${(["precision", "recall", "f1"] as const).map((name) =>
      tableCell(figures[name], figures.intervals[name]),
    )}
  </tr> `;
}

function tableCell(value: number | null, interval: Interval | null): Html {
  if (value === null) return html`<td class="number">–</td>`;
  const range = interval === null ? nothing : html`<span class="range">${decimalRange(interval, 2)}</span>`;
  return html`<td class="number">${decimal(value, 2)}${range}</td>`;
}
