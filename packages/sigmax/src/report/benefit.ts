import { areaY, lineY, ruleY, type PlotOptions } from "@observablehq/plot";
import type { DecisionCurve } from "@sigmax/core/decide";
import type { ReportData } from "./data.ts";
import { drawing, figure, section } from "./figure.ts";
import { level } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";

/** Is acting on the probability worth more than treating all rows, or none? */
export function benefit({ benefit: found, evaluation }: ReportData): Html {
  if (found === null) return nothing;
  const words = rangeInWords(found);
  return section(
    "benefit",
    "Is acting on it worth it?",
    html`<p>
        A person who acts where the probability of <b>${found.positive}</b> is at least <i>t</i> holds one
        missed case as bad as (1 − <i>t</i>)/<i>t</i> needless actions: at 10&nbsp;% nine. The net benefit
        counts the cases found, less the needless actions in that currency, per row. ${words}
      </p>
      <div class="single">
        ${figure(
          drawing(curve(found), `Decision curve. ${words}`),
          html`Decision curve: net benefit (up) by the threshold <i>t</i> (across), with a
            ${level(evaluation.confidence)} band, point by point. Acting on no row is worth 0.
            <span class="key"><span class="stroke test"></span> by the model</span>
            <span class="key"><span class="stroke train"></span> acting on every row</span>`,
        )}
      </div>`,
  );
}

/** Where the model is better than both simple rules by more than chance explains. */
function rangeInWords({ points, positive }: DecisionCurve): string {
  const better = points.filter(({ gainInterval }) => gainInterval[0] > 0);
  const worse = points.filter(({ gainInterval }) => gainInterval[1] < 0);
  if (better.length === 0)
    return `At no threshold is acting on the probability of ${positive} shown to be better than acting on every row or on none.`;
  const ends = `${level(better[0].threshold)} and ${level(better[better.length - 1].threshold)}`;
  const gaps = better.length < points.indexOf(better[better.length - 1]) - points.indexOf(better[0]) + 1;
  const harm =
    worse.length === 0
      ? ""
      : ` At ${worse.length === 1 ? "one threshold" : `${worse.length} thresholds`} it is worse than the better of the two.`;
  return `${gaps ? "At most thresholds between" : "Between thresholds of"} ${ends} it is better than acting on every row and than acting on none, by more than chance explains.${harm}`;
}

function curve({ points, prevalence }: DecisionCurve): PlotOptions {
  const top = Math.max(prevalence, ...points.map(({ interval }) => interval[1])) * 1.05 || 0.1;
  const bottom = -top / 4;
  const inside = (value: number): number => Math.min(top, Math.max(bottom, value));
  const x = (at: DecisionCurve["points"][number]): number => at.threshold * 100;
  return {
    height: 300,
    marginLeft: 46,
    marginRight: 12,
    marginBottom: 38,
    x: { label: "threshold t (%)", labelOffset: 36, domain: [0, 100], ticks: 5 },
    y: { label: "net benefit", domain: [bottom, top], ticks: 5, grid: true },
    marks: [
      areaY(points, {
        x,
        y1: ({ interval }: DecisionCurve["points"][number]) => inside(interval[0]),
        y2: ({ interval }: DecisionCurve["points"][number]) => inside(interval[1]),
        fill: "var(--band)",
      }),
      ruleY([0], { stroke: "currentColor", strokeOpacity: 0.7 }),
      lineY(
        points.filter(({ treatAll }) => treatAll >= bottom),
        { x, y: "treatAll", stroke: "var(--train)", strokeDasharray: "5 3", strokeWidth: 1.75 },
      ),
      lineY(
        points.filter(({ netBenefit }) => netBenefit >= bottom),
        { x, y: "netBenefit", stroke: "var(--right)", strokeWidth: 2 },
      ),
    ],
  };
}
