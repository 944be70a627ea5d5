import type { ReportData, ReportedCoefficient } from "./data.ts";
import { coefficientTable } from "./coefficient-table.ts";
import { drawing, figure, section } from "./figure.ts";
import { forest, type ForestLine } from "./forest.ts";
import { capitalized, count, inWords, level } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";

/** Above this many columns the strongest are shown, the others behind a click. */
const mostColumns = 40;

/** With a drawing for each of several classes, each shows fewer. */
const mostDrawnOfSeveral = 20;

/** Classes with a drawing of their own; the table has them all. */
const mostDrawings = 10;

/** The coefficients of an exact fit, drawn and as a table; nothing where there are none to show. */
export function coefficients(data: ReportData): Html {
  if (data.coefficients.length === 0) return nothing;
  const classes = [...new Set(data.coefficients.map((each) => each.class))];
  const { reference } = data.coefficients[0];
  const order = strongestFirst(data);
  const shown = order.slice(0, mostColumns);
  const linesOf = (k: number, places: readonly number[]): readonly ReportedCoefficient[] =>
    places.map((place) => data.coefficients[k * (data.columns.length + 1) + place]);
  const isSeveral = classes.length > 1;
  return section(
    "coefficients",
    "Coefficients",
    html`<p>
        A coefficient is what a step of its column adds to the log-odds of
        ${isSeveral ? html`a class against <bdi>${reference}</bdi>` : html`<bdi>${classes[0]}</bdi> against <bdi>${reference}</bdi>`},
        all other columns held still. The drawing takes a step of one standard deviation of the column over
        the training rows${marksInWords(data)}, so that its lines can be compared; the table takes one unit of
        the column, as it stands in the data. An odds ratio of 2 doubles the
        odds.${zerosInWords(data.columns.length - order.length, data.fit)}
      </p>
      ${drawings()}
      ${coefficientTable(
        classes.map((name, k) => ({
          class: name,
          reference,
          lines: linesOf(k, [0, ...shown]),
          others: linesOf(k, order.slice(mostColumns)),
        })),
        order.length > shown.length
          ? `The ${shown.length} strongest columns of ${count(order.length)}; the others below`
          : "Strongest column on top",
      )}`,
  );

  function drawings(): Html {
    if (shown.length === 0) return nothing;
    const drawn = shown.slice(0, isSeveral ? mostDrawnOfSeveral : mostColumns);
    const lines = classes.slice(0, mostDrawings).map((_, k) => linesOf(k, drawn).map(perStep));
    const reach = reachOf(lines.flat());
    const cut = [
      ...(classes.length > mostDrawings
        ? [` The first ${mostDrawings} of ${count(classes.length)} classes.`]
        : []),
      ...(order.length > drawn.length ? [` The ${drawn.length} strongest columns.`] : []),
    ].join("");
    return html`<div class="${isSeveral ? "pair" : "single"}">
      ${lines.map((own, k) =>
        figure(
          drawing(
            forest(own, reach),
            `Forest plot of the log-odds of ${classes[k]} against ${reference} by column. The numbers are in the table below.`,
          ),
          html`<bdi>${classes[k]}</bdi> against <bdi>${reference}</bdi>: log-odds for a step of one standard
            deviation${hasIntervals(own) ? `, with ${level(0.95)} intervals` : ""}.
            ${k === 0 ? html`${legend(own)}${cut}` : nothing}`,
        ),
      )}
    </div>`;
  }
}

/** The places of the columns that say something among a class's coefficients, the one with the largest step first. */
function strongestFirst({ coefficients: all, columns }: ReportData): readonly number[] {
  const sizes = new Float64Array(columns.length + 1);
  all.forEach(({ estimate, step }, i) => {
    const place = i % sizes.length;
    sizes[place] = Math.max(sizes[place], Math.abs(estimate * step));
  });
  return columns
    .map((_, column) => column + 1)
    .filter((place) => sizes[place] > 0)
    .toSorted((a, b) => sizes[b] - sizes[a]);
}

/** Features that are 0 or 1 have the step 1. */
function marksInWords({ coefficients: all }: ReportData): string {
  const hasMarks = all.some(({ column, step }) => step === 1 && column !== "(intercept)");
  return hasMarks ? " (of a category or a mark of missing values: the step from no to yes)" : "";
}

/** A penalty on |w| makes weights 0, and without any penalty the first category of a column has the weight 0. */
function zerosInWords(zeros: number, fit: ReportData["fit"]): string {
  if (zeros === 0) return "";
  const reference =
    fit?.settings.l2 === 0
      ? " Without a penalty the first category of a column is the one that its others are compared with."
      : "";
  return ` ${capitalized(inWords(zeros))} ${zeros === 1 ? "column" : "columns"} with the coefficient 0 ${zeros === 1 ? "is" : "are"} left out.${reference}`;
}

function perStep({ column, estimate, interval, step }: ReportedCoefficient): ForestLine {
  return {
    column,
    value: estimate * step,
    low: interval && interval[0] * step,
    high: interval && interval[1] * step,
  };
}

function hasIntervals(lines: readonly ForestLine[]): boolean {
  return lines.some(({ low }) => low !== null);
}

/** How far the axis goes to either side: to the end of every interval, but not beyond three times the strongest line. */
function reachOf(lines: readonly ForestLine[]): readonly [low: number, high: number] {
  const most = 3 * lines.reduce((size, { value }) => Math.max(size, Math.abs(value)), 0);
  const low = lines.reduce((least, line) => Math.min(least, line.low ?? line.value), 0);
  const high = lines.reduce((largest, line) => Math.max(largest, line.high ?? line.value), 0);
  return [Math.max(low, -most), Math.min(high, most)];
}

function legend(lines: readonly ForestLine[]): Html {
  const sides = html`<span class="key"><span class="mark outside"></span> speaks for the class</span>
    <span class="key"><span class="mark inside"></span> against it</span>`;
  if (!hasIntervals(lines)) return sides;
  return html`${sides} <span class="key"><span class="mark open"></span> the interval holds 0</span>`;
}
