import type { Evaluation } from "@sigmax/core/evaluate";

import type { ReportData } from "./data.ts";
import { section } from "./figure.ts";
import { count, counted, percent } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";

/** Above this many classes the matrix is too wide to read, and the most frequent confusions stand in its place. */
const largestMatrix = 20;

interface Confusion {
  readonly label: string;
  readonly predicted: string;
  readonly times: number;
  /** Rows whose true class is `label`. */
  readonly support: number;
}

/** Which classes were taken for which, in words and as a table of counts. */
export function confusions({ evaluation }: ReportData): Html {
  const found = mostFrequent(evaluation);
  const small = evaluation.classes.length <= largestMatrix;
  return section(
    "confusions",
    "Which classes were confused",
    html`${inWords(found, small ? 5 : 0)}${small ? matrix(evaluation) : pairs(found.slice(0, 20), found.length)}`,
  );
}

/** All off-diagonal cells with rows in them, most rows first. */
function mostFrequent({ classes, confusion, perClass }: Evaluation): readonly Confusion[] {
  const classCount = classes.length;
  const found: Confusion[] = [];
  confusion.forEach((times, i) => {
    const label = Math.floor(i / classCount);
    const predicted = i % classCount;
    if (times > 0 && label !== predicted)
      found.push({
        label: classes[label],
        predicted: classes[predicted],
        times,
        support: perClass[label].support,
      });
  });
  return found.toSorted((a, b) => b.times - a.times);
}

function inWords(found: readonly Confusion[], shown: number): Html {
  if (found.length === 0) return html`<p>No row was taken for another class.</p>`;
  if (shown === 0) return nothing;
  return html`<p>The most frequent confusions:</p>
    <ul class="sentences">
      ${found
        .slice(0, shown)
        .map(
          ({ label, predicted, times, support }) =>
            html`<li>
              <b>${label}</b> was taken for <b>${predicted}</b> ${counted(times, "time")} of
              ${count(support)}.
            </li>`,
        )}
    </ul> `;
}

/** The counts, a row for each true class: right answers in one hue, errors in the other. */
function matrix({ classes, confusion, perClass }: Evaluation): Html {
  const classCount = classes.length;
  const lines = classes.map((name, label) => {
    const support = perClass[label].support;
    const cells = classes.map((_, predicted) =>
      cell(confusion[label * classCount + predicted], support, label === predicted),
    );
    return html`<tr>
      <th scope="row"><span>${name}</span></th>
      ${cells}
    </tr> `;
  });
  return html`<figure>
    <div class="scroll" tabindex="0" role="region" aria-label="Confusion matrix">
      <table class="matrix" style="--classes:${classCount}">
        <thead>
          <tr>
            <th scope="col" class="corner">true class ↓ <span>taken for →</span></th>
            ${classes.map((name) => html`<th scope="col"><span>${name}</span></th>`)}
          </tr>
        </thead>
        <tbody>
          ${lines}
        </tbody>
      </table>
    </div>
    <figcaption>
      Confusion matrix: how many rows of each true class (down) were taken for each class (across).
      <span class="key"><span class="swatch right"></span> right</span>
      <span class="key"><span class="swatch wrong"></span> wrong</span> The deeper the color, the larger the
      share of the true class; rare errors are tinted more than in proportion, so that they can be seen.
    </figcaption>
  </figure>`;
}

function cell(times: number, support: number, right: boolean): Html {
  if (times === 0) return html`<td class="none">·</td>`;
  const share = times / support;
  const strength = (right ? share : Math.sqrt(share)).toFixed(2);
  return html`<td class="${right ? "right" : "wrong"}" style="--strength:${strength}">${count(times)}</td>`;
}

function pairs(found: readonly Confusion[], total: number): Html {
  if (found.length === 0) return nothing;
  const caption =
    found.length < total
      ? `The ${found.length} most frequent of ${count(total)} different confusions.`
      : "All confusions, the most frequent first.";
  return html`<figure class="tabular">
    <div class="scroll" tabindex="0" role="region" aria-label="Most frequent confusions">
      <table>
        <thead>
          <tr>
            <th scope="col">True class</th>
            <th scope="col">Taken for</th>
            <th scope="col" class="number">Rows</th>
            <th scope="col" class="number">Of the class</th>
          </tr>
        </thead>
        <tbody>
          ${found.map(
            ({ label, predicted, times, support }) =>
              html`<tr>
                <th scope="row"><span>${label}</span></th>
                <td>${predicted}</td>
                <td class="number">${count(times)}</td>
                <td class="number">${percent(times / support)}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
    <figcaption>${caption}</figcaption>
  </figure>`;
}
