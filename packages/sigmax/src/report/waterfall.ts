import { axisY, dot, rectX, ruleX, ruleY, text, type PlotOptions } from "@observablehq/plot";
import type { Explanation } from "@sigmax/core/inference";
import { signed } from "./format.ts";
import { besideDrawing } from "./names.ts";

/** One step from the baseline to the logit. */
export interface WaterfallStep {
  readonly name: string;
  /** Where it starts and ends, in log-odds. */
  readonly from: number;
  readonly to: number;
  /** Of the end, if all before it were certain; null where nothing is known. */
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The baseline, the strongest columns, all others in one step: each starts where the one before it ended, and the last
 * ends at the logit, but for rounding.
 *
 * @param nameOf what to call a column, by its place
 */
export function waterfallSteps(
  { baseline, contributions }: Explanation,
  most: number,
  nameOf: (place: number) => string,
): readonly WaterfallStep[] {
  const strongest = contributions
    .map((each, place) => ({ ...each, place }))
    .filter(({ logOdds }) => logOdds !== 0)
    .toSorted((a, b) => Math.abs(b.logOdds) - Math.abs(a.logOdds));
  const shown = strongest.length <= most + 1 ? strongest : strongest.slice(0, most);
  const rest = strongest.slice(shown.length);
  const steps: WaterfallStep[] = [];
  const add = (name: string, logOdds: number, interval: readonly [number, number] | null): void => {
    const from = steps.at(-1)?.to ?? 0;
    steps.push({
      name,
      from,
      to: from + logOdds,
      low: interval && from + interval[0],
      high: interval && from + interval[1],
    });
  };
  add("baseline", baseline.logOdds, baseline.interval);
  for (const { place, logOdds, interval } of shown) add(nameOf(place), logOdds, interval);
  if (rest.length > 0)
    add(
      `${rest.length} others`,
      rest.reduce((sum, { logOdds }) => sum + logOdds, 0),
      null,
    );
  return steps;
}

/** The steps from top to bottom, and the sum below them. */
export function waterfall(steps: readonly WaterfallStep[]): PlotOptions {
  const rows = steps.map((step, position) => ({ ...step, position, half: 0.36 }));
  const end = steps[steps.length - 1].to;
  const sum = rows.length;
  const { short, margin } = besideDrawing([...steps.map(({ name }) => name), "sum"]);
  const ends = steps.flatMap(({ from, to, low, high }) => [from, to, low ?? to, high ?? to]);
  const low = ends.reduce((least, value) => Math.min(least, value), 0);
  const high = ends.reduce((most, value) => Math.max(most, value), 0);
  const room = 0.02 * (high - low || 1);
  const middle = (row: { readonly position: number }): number => row.position;
  return {
    height: 60 + 20 * (rows.length + 1),
    marginLeft: margin,
    marginRight: 44,
    marginBottom: 38,
    marginTop: 8,
    x: { label: "log-odds", labelOffset: 36, domain: [low - room, high + room], grid: true, ticks: 5 },
    y: { label: null, domain: [sum + 0.5, -0.5], ticks: [] },
    marks: [
      axisY(
        Array.from(short, (_, i) => i),
        { tickFormat: (position: number) => short[position], tickSize: 0, label: null },
      ),
      ruleX([0], { stroke: "currentColor", strokeOpacity: 0.7 }),
      rectX(rows, {
        x1: "from",
        x2: "to",
        y1: ({ position, half }: (typeof rows)[number]) => position - half,
        y2: ({ position, half }: (typeof rows)[number]) => position + half,
        fill: ({ from, to }: WaterfallStep) => (to > from ? "var(--wrong-fill)" : "var(--right-fill)"),
      }),
      ruleX(rows, {
        x: "to",
        y1: middle,
        y2: ({ position }: (typeof rows)[number]) => position + 1,
        stroke: "var(--soft)",
        strokeWidth: 0.75,
      }),
      ruleY(
        rows.filter((row) => row.low !== null),
        { y: middle, x1: "low", x2: "high", stroke: "currentColor", strokeWidth: 1 },
      ),
      dot([end], { x: end, y: sum, r: 4, fill: "currentColor" }),
      text(
        [
          ...rows.map(({ from, to, position }) => ({ position, value: to - from })),
          { position: sum, value: end },
        ],
        {
          y: middle,
          frameAnchor: "right",
          textAnchor: "start",
          dx: 6,
          text: ({ value }: { readonly value: number }) => signed(value),
          fill: "currentColor",
        },
      ),
    ],
  };
}
