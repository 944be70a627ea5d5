import { axisY, dot, ruleX, ruleY, type PlotOptions } from "@observablehq/plot";
import type { ComparedFit, FitComparison, FitFigure } from "@sigmax/core/evaluate";
import { confidenceInWords, figureNames, range, signed } from "../commands/comparison-words.ts";
import type { HeadsMeasured } from "../commands/head-laws.ts";
import { lawInWords, lawsInOneSentence, practiceInWords } from "../commands/head-words.ts";
import { drawing, figure, section } from "./figure.ts";
import { count, counted, decimal, percent, scientific } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";
import { besideDrawing } from "./names.ts";
import { page } from "./page.ts";

/** What the page of a comparison shows. */
export interface ComparisonData {
  readonly source: string;
  readonly target: string;
  readonly rows: number;
  /** What was varied, as the command line calls it. */
  readonly option: string;
  /** A sentence about the hidden layers, where activations were varied. */
  readonly widths: string | null;
  readonly comparison: FitComparison;
  readonly verdicts: readonly string[];
  readonly heads: HeadsMeasured | null;
  readonly version: string;
}

/** One HTML file: the laws of the two heads where they were asked for, then every figure of every fit. */
export function renderComparison(data: ComparisonData): string {
  const { source, target, rows, option, widths, comparison, verdicts, heads, version } = data;
  const { folds, repeats } = comparison;
  return page(
    `${source}, by ${option} · Sigmax`,
    version,
    html`<header>
        <p class="kicker">Sigmax comparison</p>
        <h1>${source}, by ${option}</h1>
        ${verdicts.map((sentence) => html`<p class="lead">${sentence}</p>`)}
        <p>
          Target <i>${target}</i>, ${counted(rows, "row")}, ${count(folds)} folds${times(repeats)}. All fits
          saw the same folds and, in a repeat, the same seed. ${widths ?? ""}
        </p>
      </header>
      <main>${heads === null ? nothing : laws(heads)} ${differences(comparison)} ${means(comparison)}</main>
      <footer>
        <p class="colophon">
          Made by sigmax ${version}. This page is complete in itself: it runs no program and loads nothing.
        </p>
      </footer>`,
  );
}

function times(repeats: number): string {
  return repeats === 1 ? "" : `, ${count(repeats)} times over`;
}

function laws({ rows, features, laws: all, practice }: HeadsMeasured): Html {
  return html`${section(
    "laws",
    "What is exactly the same",
    html`<p>
        One sigmoid output <i>w</i> against two softmax outputs <i>w</i>₀ and <i>w</i>₁, both from weights of
        0, in float64 on ${counted(rows, "row")} and ${counted(features, "feature")}. The log-odds of the
        softmax, <i>w</i>₁ − <i>w</i>₀, take the steps of <i>w</i>. ${lawsInOneSentence(all)}
      </p>
      <figure class="tabular">
        <div class="scroll" tabindex="0" role="region" aria-label="Laws of the two heads">
          <table>
            <thead>
              <tr>
                <th scope="col">Law</th>
                <th scope="col" class="number">By the law</th>
                <th scope="col" class="number">Without it</th>
              </tr>
            </thead>
            <tbody>
              ${all.map(
                (law) =>
                  html`<tr>
                    <th scope="row">${lawInWords(law)}</th>
                    <td class="number">${scientific(law.difference)}</td>
                    <td class="number">${law.unmatched === null ? "" : scientific(law.unmatched)}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>
        <figcaption>
          Largest difference of a weight, relative to the largest weight where that is above 1; at the optimum
          also of a probability. Without it: both heads with the same rate, penalty or decay.
        </figcaption>
      </figure>`,
  )}
  ${section(
    "practice",
    "What differs in practice, and why",
    html`<ul class="sentences">
      ${practiceInWords(practice).map((sentence) => html`<li>${sentence}</li>`)}
    </ul>`,
  )}`;
}

function differences({ fits, differenceConfidence }: FitComparison): Html {
  const [first, ...others] = fits;
  const sure = confidenceInWords(differenceConfidence);
  return section(
    "differences",
    `Differences from ${first.name}`,
    html`<p>
        Means over the folds of what each fit's figure is above that of ${first.name}, with ${sure} intervals
        by the corrected resampled <i>t</i> (Nadeau and Bengio 2003), which allows for folds that share
        training
        rows${others.length > 1 ? "; the intervals of one figure hold together with 95 % (Bonferroni)" : ""}.
      </p>
      <div class="pair">
        ${figureNames.map(([which, name]) =>
          figure(
            drawing(
              forest(others, which, name),
              `Intervals of the difference in ${name}. ${listed(others, which)}`,
            ),
            html`${name}: ${which === "accuracy" ? "right of 0 is better" : "left of 0 is better"}.`,
          ),
        )}
      </div>`,
  );
}

function listed(others: readonly ComparedFit[], which: FitFigure): string {
  return others
    .map(({ name, differences: own }) =>
      own === null ? "" : `${name}: ${signed(own[which].mean)}, ${range(own[which])}`,
    )
    .join("; ");
}

function forest(others: readonly ComparedFit[], which: FitFigure, name: string): PlotOptions {
  const lines = others.flatMap(({ differences: own }, position) =>
    own === null
      ? []
      : [{ position, value: own[which].mean, low: own[which].interval[0], high: own[which].interval[1] }],
  );
  const most = lines.reduce(
    (largest, { low, high }) => Math.max(largest, Math.abs(low), Math.abs(high)),
    1e-12,
  );
  const { short, margin } = besideDrawing(others.map((fit) => fit.name));
  return {
    height: 56 + 24 * lines.length,
    marginLeft: margin,
    marginRight: 16,
    marginBottom: 38,
    marginTop: 8,
    x: {
      label: `difference in ${name}`,
      labelOffset: 36,
      domain: [-most, most],
      nice: true,
      grid: true,
      ticks: 4,
    },
    y: { label: null, domain: lines.map(({ position }) => position), type: "point", padding: 0.6 },
    marks: [
      axisY({ tickFormat: (position: number) => short[position], tickSize: 0, label: null }),
      ruleX([0], { stroke: "currentColor", strokeOpacity: 0.7 }),
      ruleY(lines, {
        y: "position",
        x1: "low",
        x2: "high",
        stroke: "var(--right)",
        strokeWidth: 4,
        strokeOpacity: 0.35,
      }),
      dot(lines, { y: "position", x: "value", r: 3.5, fill: "var(--right)" }),
    ],
  };
}

function means({ fits, confidence }: FitComparison): Html {
  return section(
    "figures",
    "Figures",
    html`<figure class="tabular">
      <div class="scroll" tabindex="0" role="region" aria-label="Figures of every fit">
        <table>
          <thead>
            <tr>
              <th scope="col">Fit</th>
              ${figureNames.map(([, name]) => html`<th scope="col" class="number">${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${fits.map(
              ({ name, figures }) =>
                html`<tr>
                  <th scope="row"><span>${name}</span></th>
                  ${figureNames.map(([which]) => {
                    const show = which === "accuracy" ? percent : four;
                    const { mean, interval } = figures[which];
                    return html`<td class="number">
                      ${show(mean)} <span class="range">${interval.map(show).join(" – ")}</span>
                    </td>`;
                  })}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <figcaption>
        Means over the folds, each with its own ${confidenceInWords(confidence)} interval, in which the
        differences above cannot be seen: what makes a fold hard makes it hard for all. The calibration error
        of a fold's few rows is too high for every fit; compare it, do not quote it.
      </figcaption>
    </figure>`,
  );
}

function four(value: number): string {
  return decimal(value, 4);
}
