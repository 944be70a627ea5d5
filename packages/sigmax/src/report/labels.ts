import type { LabelEvaluation, LabelFigures } from "@sigmax/core/evaluate";

import { figure, section } from "./figure.ts";
import { count, counted, decimal, decimalRange, level, percent, percentRange } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";

/** What a model of several labels did, label by label, in the order of support; and all of them together. */
export function labelTable(evaluation: LabelEvaluation): Html {
  const { perLabel, confidence, rows } = evaluation;
  const frequentFirst = perLabel.toSorted((a, b) => b.support - a.support);
  return section(
    "labels",
    "Label by label",
    html`<p>${overall(evaluation)}</p>
      <figure class="tabular">
        <div class="scroll tall" tabindex="0" role="region" aria-label="Figures of each label">
          <table class="classes">
            <thead>
              <tr>
                <th scope="col">Label</th>
                <th scope="col" class="number">Rows</th>
                <th scope="col" class="number">Given from</th>
                <th scope="col" class="number">Precision</th>
                <th scope="col" class="number">Recall</th>
                <th scope="col" class="number">F1</th>
                <th scope="col" class="number">AUC</th>
                <th scope="col" class="number">Calibration error</th>
              </tr>
            </thead>
            <tbody>
              ${frequentFirst.map(lineOf)} ${averages(evaluation)}
            </tbody>
          </table>
        </div>
        <figcaption>
          Each label on ${counted(rows, "row")}, the most frequent first, with ${level(confidence)} intervals.
          Micro: all marks together; macro: the mean over the labels that have the figure; weighted: each as
          often as rows carry it; their intervals are from draws of whole rows. A dash: no row speaks for that
          figure.
        </figcaption>
      </figure>
      ${notes(perLabel)}`,
  );
}

function overall(evaluation: LabelEvaluation): string {
  const { accuracy, intervals, hammingLoss, cardinality, predictedCardinality, ranking } = evaluation;
  const ranked =
    ranking.averagePrecision === null
      ? ""
      : ` Ranked by probability, the labels of a row stand at the top with a mean precision of ${decimal(ranking.averagePrecision)} (label ranking average precision, over the ${counted(ranking.labeledRows, "row")} that carry one).`;
  return `The whole set of labels was right in ${percent(accuracy)} of the rows (${percentRange(intervals.accuracy)}); of all single marks ${percent(hammingLoss)} were wrong. Rows carry ${decimal(cardinality, 2)} labels on average and were given ${decimal(predictedCardinality, 2)}.${ranked}`;
}

function lineOf({
  label,
  support,
  threshold,
  precision,
  recall,
  f1,
  auc,
  ece,
  intervals,
}: LabelFigures): Html {
  return html`<tr>
    <th scope="row"><span>${label}</span></th>
    <td class="number">${count(support)}</td>
    <td class="number">${decimal(threshold, 2)}</td>
    ${figureCell(precision, intervals.precision)} ${figureCell(recall, intervals.recall)}
    ${figureCell(f1, intervals.f1)} ${figureCell(auc, intervals.auc)} ${figureCell(ece, intervals.ece)}
  </tr>`;
}

function averages({ micro, macro, weighted }: LabelEvaluation): Html[] {
  return Object.entries({ micro, macro, weighted }).map(
    ([name, { precision, recall, f1, intervals }]) =>
      html`<tr>
        <th scope="row"><span>${name} average</span></th>
        <td></td>
        <td></td>
        ${figureCell(precision, intervals.precision)} ${figureCell(recall, intervals.recall)}
        ${figureCell(f1, intervals.f1)}
        <td></td>
        <td></td>
      </tr>`,
  );
}

function figureCell(value: number | null, interval: readonly [number, number] | null): Html {
  if (value === null) return html`<td class="number">–</td>`;
  const range = interval === null ? nothing : html` <span>${decimalRange(interval)}</span>`;
  return html`<td class="number">${decimal(value)}${range}</td>`;
}

/** What is undefined, and why; labels of one kind together. */
function notes(perLabel: readonly LabelFigures[]): Html {
  const byNote = new Map<string, string[]>();
  for (const { label, note } of perLabel)
    if (note !== null) byNote.set(note, [...(byNote.get(note) ?? []), label]);
  if (byNote.size === 0) return nothing;
  return html`<ul class="sentences">
    ${[...byNote].map(
      ([note, labels]) =>
        html`<li>
          ${labels.slice(0, 8).map((label, i) => html`${i > 0 ? ", " : ""}<b>${label}</b>`)}
          ${labels.length > 8 ? `and ${count(labels.length - 8)} more` : ""}: ${note}.
        </li>`,
    )}
  </ul>`;
}

/** So many labels are named. */
const mostNamed = 10;

/** Where most marks are wrong: labels missed, and labels given that a row does not carry. */
export function labelErrors({ perLabel }: LabelEvaluation): Html {
  const wrong = perLabel
    .map(({ label, support, predicted, recall }) => {
      const hits = Math.round((recall ?? 0) * support);
      return { label, support, predicted, missed: support - hits, falsely: predicted - hits };
    })
    .filter(({ missed, falsely }) => missed + falsely > 0)
    .toSorted((a, b) => b.missed + b.falsely - a.missed - a.falsely);
  const rest = wrong.length - mostNamed;
  return section(
    "label-errors",
    "Where the marks went wrong",
    wrong.length === 0
      ? html`<p>No mark was wrong.</p>`
      : html`<ul class="sentences">
          ${wrong
            .slice(0, mostNamed)
            .map(
              ({ label, support, predicted, missed, falsely }) =>
                html`<li>
                  <b>${label}</b> was missed ${counted(missed, "time")} of ${count(support)}, and given in
                  error ${counted(falsely, "time")} of ${count(predicted)}.
                </li>`,
            )}
          ${rest > 0 ? html`<li>${counted(rest, "more label")} had wrong marks.</li>` : nothing}
        </ul>`,
  );
}

/** Above this many labels the map of pairs shows the most frequent only. */
const mostPaired = 20;

/** Which labels go together: for each (down) the share of its rows that also carry another (across). */
export function labelMap({ labels, perLabel }: LabelEvaluation, pairs: Float64Array): Html {
  const shown = perLabel
    .map(({ support }, k) => ({ support, k }))
    .filter(({ support }) => support > 0)
    .toSorted((a, b) => b.support - a.support)
    .slice(0, mostPaired);
  if (shown.length < 2) return nothing;
  const cellOf = (i: number, j: number): Html => {
    if (i === j) return html`<td class="none">·</td>`;
    const share = pairs[i * labels.length + j] / perLabel[i].support;
    return html`<td
      class="right"
      style="--strength:${share.toFixed(2)}"
      title="${labels[j]} among ${labels[i]}"
    >
      ${share === 0 ? "" : Math.round(100 * share)}
    </td>`;
  };
  const which =
    labels.length > shown.length ? `The ${shown.length} most frequent labels` : "All labels that occur";
  return section(
    "label-pairs",
    "Which labels go together",
    figure(
      html`<div class="scroll" tabindex="0" role="region" aria-label="Labels that go together">
        <table class="matrix" style="--classes: ${shown.length}">
          <thead>
            <tr>
              <th class="corner"></th>
              ${shown.map(({ k }) => html`<th scope="col"><span>${labels[k]}</span></th>`)}
            </tr>
          </thead>
          <tbody>
            ${shown.map(
              ({ k }) =>
                html`<tr>
                  <th scope="row"><span>${labels[k]}</span></th>
                  ${shown.map((other) => cellOf(k, other.k))}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`,
      html`${which}. Of the rows that carry the label at the left, the percentage that carry the one above as
      well.`,
    ),
  );
}
