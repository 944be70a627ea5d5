import { axisY, dot, ruleX, ruleY, type PlotOptions } from "@observablehq/plot";
import { besideDrawing } from "./names.ts";

export interface ForestLine {
  readonly column: string;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * A dot and its interval for each column, in the order given. Columns are told apart by position, so two may have the
 * same short name. What leaves the axis is cut.
 */
export function forest(
  lines: readonly ForestLine[],
  domain: readonly [low: number, high: number],
): PlotOptions {
  const rows = lines.map((line, position) => ({ ...line, position }));
  const { short, margin } = besideDrawing(lines.map(({ column }) => column));
  const sure = rows.filter(({ low, high }) => low === null || high === null || low > 0 || high < 0);
  const channels = { y: "position", x: "value" };
  return {
    height: 56 + 18 * rows.length,
    marginLeft: margin,
    marginRight: 12,
    marginBottom: 38,
    marginTop: 8,
    x: { label: "log-odds", labelOffset: 36, domain: [...domain], nice: true, grid: true, ticks: 5 },
    y: { label: null, domain: rows.map(({ position }) => position), type: "point", padding: 0.6 },
    marks: [
      axisY({ tickFormat: (position: number) => short[position], tickSize: 0, label: null }),
      ruleX([0], { stroke: "currentColor", strokeOpacity: 0.7 }),
      ruleY(
        rows.filter(({ low }) => low !== null),
        {
          y: "position",
          x1: "low",
          x2: "high",
          stroke: hue,
          strokeWidth: 4,
          strokeOpacity: 0.35,
          clip: true,
        },
      ),
      dot(
        rows.filter((row) => !sure.includes(row)),
        { ...channels, r: 3, stroke: hue, fill: "var(--paper)" },
      ),
      dot(
        sure.filter(({ value }) => value > 0),
        { ...channels, r: 4.5, symbol: "diamond", fill: hue },
      ),
      dot(
        sure.filter(({ value }) => value <= 0),
        { ...channels, r: 3.5, fill: hue },
      ),
    ],
  };
}

/** What speaks for the class has one hue, what speaks against it the other. */
function hue({ value }: ForestLine): string {
  return value > 0 ? "var(--wrong)" : "var(--right)";
}
