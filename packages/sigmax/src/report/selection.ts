import { dot, line, ruleX, ruleY, type PlotOptions } from "@observablehq/plot";
import type { ReportData } from "./data.ts";
import type { SelectionFigures } from "./decision-data.ts";
import { drawing, figure, section } from "./figure.ts";
import { count, counted, decimal, level, percent } from "./format.ts";
import { html, type Html } from "./html.ts";

/** How the share of wrong labels falls as the least certain rows are refused. */
export function selection({ selection: found }: ReportData): Html {
  const { error, aurc, excessAurc, coverageBeforeFirstError, promised } = found;
  const words = `When all rows are accepted ${percent(error)} have a wrong label; when the less certain half is refused, ${percent(riskAt(found, 0.5))} of the rest.`;
  const key =
    promised?.feasible === true
      ? html` <span class="key"><span class="mark outside"></span> where the promise accepts</span>
          <span class="key"><span class="stroke train"></span> the risk promised</span>`
      : html``;
  return section(
    "selection",
    "What refusing doubtful rows brings",
    html`<p>${words} ${firstError(coverageBeforeFirstError)} ${promiseInWords(found)}</p>
      <div class="single">
        ${figure(
          drawing(curve(found), `Risk–coverage curve. ${words}`),
          html`Risk–coverage curve: the share of wrong labels among accepted rows (up) against the share of
          rows accepted, the most certain first (across). The area below it (AURC) is ${decimal(aurc, 4)},
          ${decimal(Math.max(0, excessAurc), 4)} above that of an order with all mistakes last.${key}`,
        )}
      </div>`,
  );
}

function riskAt({ curve: points, error }: SelectionFigures, coverage: number): number {
  return points.findLast((point) => point.coverage <= coverage)?.risk ?? error;
}

function firstError(share: number): string {
  if (share === 1) return "No row is wrong.";
  if (share === 0) return "A row that it is most sure of is wrong.";
  return `The first mistake comes after ${percent(share)} of the rows.`;
}

function promiseInWords({ promised, rows, accepted, errors }: SelectionFigures): Html {
  if (promised === null) return html``;
  if (!promised.feasible) return html`Nothing is promised here: ${promised.sentence}.`;
  const wrong = accepted === 0 ? "" : `, of which ${count(errors)} (${percent(errors / accepted)}) are wrong`;
  return html`Accepting what is above ${percent(promised.threshold)} is guaranteed to be wrong in at most
  ${level(promised.targetRisk)} (bound ${percent(promised.bound ?? 1)}, with confidence
  ${level(promised.confidence)}). Of these ${counted(rows, "row")} that accepts ${count(accepted)},
  ${percent(accepted / rows)}${wrong}.`;
}

function curve(found: SelectionFigures): PlotOptions {
  const { curve: points, promised, accepted, errors, rows } = found;
  const marked =
    promised?.feasible === true && accepted > 0 ? [[(100 * accepted) / rows, (100 * errors) / accepted]] : [];
  const highest = points.reduce((most, { risk }) => Math.max(most, risk), promised?.targetRisk ?? 0);
  return {
    height: 300,
    marginLeft: 46,
    marginRight: 12,
    marginBottom: 38,
    x: { label: "rows accepted (%)", labelOffset: 36, domain: [0, 100], ticks: 5 },
    y: {
      label: "wrong labels (%)",
      domain: [0, Math.max(1, highest * 100)],
      nice: true,
      ticks: 5,
      grid: true,
    },
    marks: [
      ruleY([0], { stroke: "currentColor", strokeOpacity: 0.4 }),
      ruleY(promised === null ? [] : [promised.targetRisk * 100], {
        stroke: "var(--train)",
        strokeDasharray: "5 3",
        strokeWidth: 1.75,
      }),
      line(
        points.map(({ coverage, risk }) => [coverage * 100, risk * 100]),
        { stroke: "var(--right)", strokeWidth: 2 },
      ),
      ruleX(marked, { x: "0", stroke: "var(--wrong)", strokeOpacity: 0.6 }),
      dot(marked, { r: 5, symbol: "diamond", fill: "var(--wrong)", stroke: "var(--paper)", strokeWidth: 1 }),
    ],
  };
}
