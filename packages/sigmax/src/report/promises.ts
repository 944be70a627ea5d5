import type { ReportData } from "./data.ts";
import type { PromiseFigures } from "./decision-data.ts";
import { section } from "./figure.ts";
import { counted, inWords, level, percent } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";

/** What is guaranteed, from how many rows, on what assumption, and what is not. */
export function promises({ promises: found }: ReportData): Html {
  const isPromised = found !== null && (found.sets !== null || found.selective?.feasible === true);
  return section(
    "guarantees",
    "What is guaranteed, and on what assumption",
    isPromised
      ? html`${promised(found)} ${assumptions(found)}`
      : html`<p>
          <b>Nothing is guaranteed of this model.</b> ${found?.selective?.sentence ?? nothing} A guarantee
          needs rows that served for nothing else: keep some (<code>train --split 0.7/0.1/0.1/0.1</code>),
          then run <code>calibrate</code>.
        </p>`,
  );
}

function promised(found: PromiseFigures): Html {
  return html`<ul class="sentences">
    ${found.sets === null ? nothing : setsInWords(found, found.sets)}
    ${found.selective === null ? nothing : riskInWords(found.selective)}
  </ul>`;
}

function setsInWords(
  { rows, groupColumn }: PromiseFigures,
  { method, coverage, by, thresholds }: NonNullable<PromiseFigures["sets"]>,
): Html {
  const whom =
    by === "all"
      ? "new cases"
      : by === "class"
        ? "new cases of each true class"
        : `new cases of each ${groupColumn}`;
  const divided =
    by === "all"
      ? ""
      : `, ${thresholds
          .slice(0, 8)
          .map((each) => `${each.name} ${each.rows}`)
          .join(", ")}${thresholds.length > 8 ? " …" : ""}`;
  return html`<li>
    <b>Of ${whom}, at least ${level(coverage)} have their true class in the set of labels</b> that the model
    names (${method.toUpperCase()}, from ${counted(rows, "row")} kept for this${divided}). That is an average
    over such calibrations: this one may lie a little below it, less so the more rows were kept.
  </li>`;
}

function riskInWords(selective: NonNullable<PromiseFigures["selective"]>): Html {
  const { feasible, targetRisk, confidence, rows, threshold, accepted, errors, sentence } = selective;
  if (!feasible) return html`<li><b>No risk is promised:</b> ${sentence}.</li>`;
  return html`<li>
    <b
      >Of the cases that are accepted, at most ${level(targetRisk)} have a wrong label, with confidence
      ${level(confidence)}.</b
    >
    ${threshold === 0 ? "Every case is accepted" : `A case is accepted when its most probable class has more than ${percent(threshold)}; all others go to a person`}.
    Of ${counted(rows, "row")} kept for this, ${accepted} were accepted and ${errors} of them
    ${errors === 1 ? "was" : "were"} wrong. The confidence is over which rows were kept: with other rows about
    one such guarantee in ${inWords(Math.round(1 / (1 - confidence)))} may fail.
  </li>`;
}

function assumptions({ source, groupColumn, sets }: PromiseFigures): Html {
  const each =
    sets?.by === "group"
      ? `for each ${groupColumn} by itself, but not for a part of one`
      : sets?.by === "class"
        ? "for each true class by itself, but for no other group"
        : "on average over all cases, and not for each class or group of them";
  return html`<h3>It rests on one assumption</h3>
    <p>
      New cases come from where the kept rows of <i>${source}</i> came from, chosen in the same way and as if
      in random order. Then it holds for any data and for any model, a bad one too.
    </p>
    <h3>It is void when</h3>
    <ul class="sentences">
      <li>the cases change: another place, another time, other machines, another mix of patients;</li>
      <li>cases are chosen in another way than the kept rows were, or several come from one person;</li>
      <li>the model, its calibration or a threshold is changed afterwards;</li>
      <li>the kept rows were looked at to choose any of these, or are used for it a second time;</li>
      <li>a column is measured or coded in another way than before.</li>
    </ul>
    <h3>What is not guaranteed</h3>
    <ul class="sentences">
      <li>It speaks of many cases together. Nothing is promised of a single case.</li>
      <li>It holds ${each}.</li>
      <li>It is about labels as they were recorded: where these are wrong, so is the guarantee.</li>
      <li>That a decision is right, or worth its cost, does not follow from it.</li>
    </ul>`;
}
