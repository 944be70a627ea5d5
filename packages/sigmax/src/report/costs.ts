import { axisY, dot, ruleX, ruleY, type PlotOptions } from "@observablehq/plot";
import type { StrategyCost } from "@sigmax/core/decide";
import type { ReportData } from "./data.ts";
import { drawing, figure, headsOf, section, tabular } from "./figure.ts";
import { figures, level } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";
import { besideDrawing } from "./names.ts";

/** What the policy cost on these rows, beside simpler ones. @param others what these are, in a sentence */
export function costs(
  { costs: found }: Pick<ReportData, "costs">,
  others: string = "“Most probable class” takes the cheapest action for it, as if it were certain.",
): Html {
  if (found === null) return nothing;
  const [own, ...simpler] = found;
  const words = verdict(own, simpler);
  return section(
    "costs",
    "What the policy costs",
    html`<p>${words}</p>
      <div class="pair">
        ${figure(
          drawing(dots(found), `Dot plot of the mean cost of each way to decide. ${words}`),
          html`Mean cost per row, in the units of the policy, with ${level(0.95)} intervals. The dashed line
          is the policy.`,
        )}
        ${tabular(
          "Costs of each way to decide",
          headsOf("Way to decide", ["Cost per row", "More than the policy"]),
          found.map(line),
          html`The differences are taken row by row, so their intervals are narrower than those of the costs
          suggest. ${others}`,
        )}
      </div>`,
  );
}

function verdict(own: StrategyCost, others: readonly StrategyCost[]): string {
  const best = others.reduce((least, each) => (each.mean < least.mean ? each : least));
  const mean = `On these rows the policy cost ${figures(own.mean, 3)} per row`;
  const name = `the cheapest other way, “${best.strategy}”`;
  const [low, high] = best.differenceInterval;
  if (low > 0) return `${mean}, ${figures(best.difference, 3)} less than ${name}: more than chance explains.`;
  if (high < 0)
    return `${mean}, ${figures(-best.difference, 3)} more than ${name}: more than chance explains.`;
  if (best.difference === 0) return `${mean}, as much as ${name}.`;
  const side = best.difference > 0 ? "less" : "more";
  return `${mean}, ${figures(Math.abs(best.difference), 3)} ${side} than ${name}, but that may be chance.`;
}

function line({ strategy, mean, interval, difference, differenceInterval }: StrategyCost, i: number): Html {
  const more =
    i === 0
      ? nothing
      : html`${figures(difference, 3)}
          <span class="range"
            >${figures(differenceInterval[0], 3)} to ${figures(differenceInterval[1], 3)}</span
          >`;
  return html`<tr>
    <th scope="row"><span>${strategy}</span></th>
    <td class="number">
      ${figures(mean, 3)} <span class="range">${figures(interval[0], 3)} to ${figures(interval[1], 3)}</span>
    </td>
    <td class="number">${more}</td>
  </tr>`;
}

function dots(strategies: readonly StrategyCost[]): PlotOptions {
  const rows = strategies.map((each, position) => ({ ...each, position }));
  const { short, margin } = besideDrawing(strategies.map(({ strategy }) => strategy));
  return {
    height: 60 + 24 * rows.length,
    marginLeft: margin,
    marginRight: 12,
    marginBottom: 38,
    marginTop: 8,
    x: { label: "mean cost per row", labelOffset: 36, zero: true, nice: true, grid: true, ticks: 5 },
    y: { label: null, domain: rows.map(({ position }) => position), type: "point", padding: 0.6 },
    marks: [
      axisY({ tickFormat: (position: number) => short[position], tickSize: 0, label: null }),
      ruleX([strategies[0].mean], { stroke: "currentColor", strokeDasharray: "4 4", strokeOpacity: 0.7 }),
      ruleY(rows, {
        y: "position",
        x1: ({ interval }: StrategyCost) => interval[0],
        x2: ({ interval }: StrategyCost) => interval[1],
        stroke: hue,
        strokeWidth: 5,
        strokeOpacity: 0.35,
      }),
      dot(rows, { y: "position", x: "mean", r: 4, fill: hue }),
    ],
  };
}

function hue(_: StrategyCost, i: number): string {
  return i === 0 ? "var(--wrong)" : "var(--right)";
}
