import { axisY, dot, rectY, ruleX, ruleY, type PlotOptions } from "@observablehq/plot";
import type { ObservedCoverage } from "@sigmax/core/conformal";
import type { ReportData } from "./data.ts";
import type { SetFigures } from "./decision-data.ts";
import { drawing, figure, section } from "./figure.ts";
import { count, counted, decimal, level, percent, percentRange } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";
import { besideDrawing } from "./names.ts";

/** More lines than this would be a wall; the lowest coverages are drawn. */
const mostLines = 24;

/** Label sets: what they promised, and what they did. */
export function labelSets({ sets }: ReportData): Html {
  if (sets === null) return nothing;
  const { evaluation } = sets;
  const lines = linesOf(sets);
  const words = overallInWords(sets);
  return section(
    "sets",
    "Label sets: every class that fits",
    html`<p>
        For each row the model names the classes that it cannot rule out, so that the true one is among them
        for ${level(evaluation.promised)} ${whom(sets)}. ${words} ${sizesInWords(sets)}
      </p>
      <div class="pair">
        ${figure(
          drawing(
            coveragePlot(lines, evaluation.promised),
            `Dot plot of the coverage of label sets. ${words}`,
          ),
          html`The share of rows whose set holds the true class, with a ${level(evaluation.confidence)}
          interval. The dashed line is the promise (${level(evaluation.promised)}); a gray box holds
          ${level(evaluation.confidence)} of what rows like these show while the promise holds, and stands
          only where it was made for these very rows.${which(sets, lines)}`,
        )}
        ${figure(
          drawing(sizePlot(evaluation), `Histogram of the number of labels in a set. ${sizesInWords(sets)}`),
          html`Rows by the number of labels in their set. One label is an answer; several are a doubt; none
          says that no class fits.`,
        )}
      </div>
      <p>${feasibilityInWords(sets)}</p>`,
  );
}

function whom({ by, groupColumn }: SetFigures): string {
  if (by === "all") return "of all rows";
  return by === "class" ? "of the rows of each class" : `of the rows of each ${groupColumn}`;
}

function overallInWords({ evaluation }: SetFigures): string {
  const { overall, promised } = evaluation;
  const { coverage, band, rows } = overall;
  if (coverage === null) return "";
  const found = `Of these ${counted(rows, "row")} it was so in ${percent(coverage)}`;
  if (band === null) return `${found}.`;
  const place =
    coverage < band[0]
      ? `below the ${percentRange(band)} that chance allows for: the promise does not seem to hold for these rows`
      : coverage > band[1]
        ? `above the ${percentRange(band)} that chance allows for: the sets are larger than they need to be`
        : `within the ${percentRange(band)} that chance allows for`;
  return `${found}, promised ${level(promised)}; ${place}.`;
}

function sizesInWords({ evaluation }: SetFigures): string {
  const { meanSize, single, multiple, empty } = evaluation;
  return `A set has ${decimal(meanSize, 2)} labels on average: ${percent(single)} of the rows have one, ${percent(multiple)} more, ${percent(empty)} none.`;
}

function feasibilityInWords({
  thresholds,
  evaluation,
  feasible,
  rowsNeeded,
  by,
  groupColumn,
}: SetFigures): string {
  const fewest = thresholds.reduce((least, each) => (each.rows < least.rows ? each : least));
  const each = by === "all" ? "" : by === "class" ? " of every class" : ` of every ${groupColumn}`;
  const from =
    by === "all"
      ? `It was made from ${counted(fewest.rows, "row")} kept for this`
      : `The fewest rows kept for this, ${count(fewest.rows)}, are those of ${fewest.name}`;
  return `A promise of ${level(evaluation.promised)} takes at least ${counted(rowsNeeded, "row")}${each}. ${from}; so many could promise ${percent(feasible)} at most, and no number of rows can promise 100\u00a0%.`;
}

function linesOf({ evaluation }: SetFigures): readonly ObservedCoverage[] {
  const parts = [...evaluation.perGroup, ...evaluation.perClass].filter(({ coverage }) => coverage !== null);
  const drawn =
    parts.length <= mostLines
      ? parts
      : parts.toSorted((a, b) => (a.coverage ?? 1) - (b.coverage ?? 1)).slice(0, mostLines);
  return [evaluation.overall, ...drawn];
}

function which({ evaluation }: SetFigures, lines: readonly ObservedCoverage[]): string {
  const all = 1 + evaluation.perClass.length + evaluation.perGroup.length;
  return lines.length < all && evaluation.perClass.length > mostLines
    ? ` The ${mostLines} lowest are drawn.`
    : "";
}

function coveragePlot(lines: readonly ObservedCoverage[], promised: number): PlotOptions {
  const rows = lines.map((each, position) => ({ ...each, position }));
  const { short, margin } = besideDrawing(lines.map(({ name }) => name));
  const lowest = rows
    .flatMap(({ interval, band }) => [interval?.[0] ?? 1, band?.[0] ?? 1])
    .reduce((least, value) => Math.min(least, value), promised);
  const percentOf =
    (of: "interval" | "band", end: 0 | 1) =>
    (row: ObservedCoverage): number | null => {
      const found = row[of];
      return found === null ? null : 100 * found[end];
    };
  return {
    height: 60 + 22 * rows.length,
    marginLeft: margin,
    marginRight: 12,
    marginBottom: 38,
    marginTop: 8,
    x: {
      label: "true class in the set (%)",
      labelOffset: 36,
      domain: [Math.floor(lowest * 10) * 10, 100],
      grid: true,
      ticks: 5,
    },
    y: { label: null, domain: rows.map(({ position }) => position), type: "point", padding: 0.6 },
    marks: [
      axisY({ tickFormat: (position: number) => short[position], tickSize: 0, label: null }),
      ruleY(
        rows.filter(({ band }) => band !== null),
        {
          y: "position",
          x1: percentOf("band", 0),
          x2: percentOf("band", 1),
          stroke: "var(--band)",
          strokeWidth: 14,
        },
      ),
      ruleX([100 * promised], { stroke: "currentColor", strokeDasharray: "4 4", strokeOpacity: 0.7 }),
      ruleY(
        rows.filter(({ interval }) => interval !== null),
        {
          y: "position",
          x1: percentOf("interval", 0),
          x2: percentOf("interval", 1),
          stroke: "var(--right)",
          strokeWidth: 4,
          strokeOpacity: 0.35,
        },
      ),
      dot(rows, {
        y: "position",
        x: ({ coverage }: ObservedCoverage) => 100 * (coverage ?? 0),
        r: 3.5,
        fill: "var(--right)",
      }),
    ],
  };
}

function sizePlot({ bySize }: SetFigures["evaluation"]): PlotOptions {
  const sizes = bySize.map(({ size }) => size);
  const most = Math.max(...sizes);
  const step = Math.ceil((most + 1) / 10);
  return {
    height: 240,
    marginLeft: 46,
    marginRight: 12,
    marginBottom: 38,
    x: {
      label: "labels in the set",
      labelOffset: 36,
      domain: [-0.5, most + 0.5],
      ticks: Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step),
      tickFormat: String,
    },
    y: {
      label: "rows",
      grid: true,
      ticks: 5,
      tickFormat: (rows: number) => (Number.isInteger(rows) ? String(rows) : ""),
    },
    marks: [
      rectY(bySize, {
        x1: ({ size }: { size: number }) => size - 0.4,
        x2: ({ size }: { size: number }) => size + 0.4,
        y: "rows",
        fill: "var(--bar)",
      }),
    ],
  };
}
