import type { ReportData } from "./data.ts";
import { section } from "./figure.ts";
import { cell, count, inWords, measured, percent } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";
import { rowPicture } from "./row-picture.ts";

type Mistake = ReportData["mistakes"][number];

/** How many classes have a bar of their own; the true one always does, the rest share one line. */
const mostBars = 3;

/** Up to this many columns a row's values are in sight, above it behind a click. */
const mostValuesInSight = 8;

/** The wrong rows the model was most sure of: a picture or the values, and where its probability went. */
export function mistakes(data: ReportData): Html {
  const { mistakes: wrong, evaluation, image, columns } = data;
  if (wrong.length === 0)
    return section(
      "mistakes",
      "The most confident mistakes",
      html`<p>There are none: every row was classified correctly.</p>`,
    );
  const scale = image === null ? "" : ` Black is 0, white is ${measured(data.pixelMax)}.`;
  const one = wrong.length === 1;
  const cards = wrong.map(
    (mistake) =>
      html`<li class="card">
        <h3>
          <span>${mistake.label},</span>
          <span class="taken">taken for <b>${mistake.predicted}</b></span>
        </h3>
        ${image === null ? nothing : rowPicture(mistake, image, data.pixelMax)}
        <p class="row">Row ${count(mistake.row)}</p>
        ${bars(mistake, evaluation.classes)}
        ${image === null ? rowValues(mistake, data.rowColumns ?? columns) : nothing}
      </li>`,
  );
  return section(
    "mistakes",
    one ? "The most confident mistake" : `The ${inWords(wrong.length)} most confident mistakes`,
    html`<p>
        The ${one ? "row" : "rows"} the model got wrong while most sure of
        itself${one ? "" : ", surest first"}. Worth a look by eye: a label in the data may itself be wrong.
        Rows are numbered from 0 in their source.${scale}
      </p>
      <ol class="cards${image === null ? " wide" : ""}">
        ${cards}
      </ol>`,
  );
}

/** The classes that got the most probability, the true one among them, then all others in one line. */
function bars({ probabilities, label, predicted }: Mistake, classes: readonly string[]): Html {
  const ranked = classes
    .map((name, k) => ({ name, probability: probabilities[k] }))
    .toSorted((a, b) => b.probability - a.probability);
  const shown = ranked.filter(({ name }, rank) => rank < mostBars || name === label);
  const rest = ranked.filter((entry) => !shown.includes(entry));
  const restSum = rest.reduce((sum, { probability }) => sum + probability, 0);
  const lines = shown.map(({ name, probability }) => {
    const kind = name === label ? "truth" : name === predicted ? "said" : "other";
    return bar(name, kind === "truth" ? "true" : "", kind, probability);
  });
  if (rest.length > 0)
    lines.push(bar(rest.length === 1 ? "1 other" : `${count(rest.length)} others`, "", "rest", restSum));
  return html`<ul class="bars">
    ${lines}
  </ul>`;
}

function bar(name: string, note: string, kind: string, probability: number): Html {
  const noted = note === "" ? nothing : html` <em>(${note})</em>`;
  return html`<li class="${kind}">
    <span class="name">${name}${noted}</span> <span class="share">${percent(probability)}</span>
    <span class="track"><span style="width:${(probability * 100).toFixed(1)}%"></span></span>
  </li>`;
}

function rowValues({ values }: Mistake, columns: readonly string[]): Html {
  const list = html`<dl class="values">
    ${columns.map(
      (name, column) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${cell(values[column])}</dd>
        </div>`,
    )}
  </dl>`;
  if (columns.length <= mostValuesInSight) return list;
  return html`<details>
    <summary>${count(columns.length)} values</summary>
    ${list}
  </details>`;
}
