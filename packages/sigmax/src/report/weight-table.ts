import type { ReportData } from "./data.ts";
import { headsOf, tabular } from "./figure.ts";
import { count, decimal, decimalsFor } from "./format.ts";
import { html, type Html } from "./html.ts";

/** More would make the page too long to read; the caption says what is left out. */
const mostColumns = 40;

/** The weights as a table, columns of the data down, classes across, the strongest column on top. */
export function weightTable({ evaluation, columns }: ReportData, weights: Float32Array | Float64Array): Html {
  const { classes } = evaluation;
  const strongestFirst = columns
    .map((name, column) => {
      const own = classes.map((_, k) => weights[k * columns.length + column]);
      return { name, own, size: own.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) };
    })
    .toSorted((a, b) => b.size - a.size);
  const shown = strongestFirst.slice(0, mostColumns);
  const largest = shown[0].size;
  const lines = shown.map(({ name, own }) => {
    const cells = own.map((weight) => weightCell(weight, largest));
    return html`<tr>
      <th scope="row"><span>${name}</span></th>
      ${cells}
    </tr>`;
  });
  const cut =
    shown.length < columns.length
      ? `The ${shown.length} columns with the largest weights, of ${count(columns.length)}. `
      : "";
  return html`<p>
      A class scores the sum of the columns, each as the model sees it (after scaling, if there is any) times
      its weight, plus a constant; softmax turns the scores of all classes into probabilities. A positive
      weight speaks for the class as the column grows, a negative one against it. Sizes can be compared only
      between columns in a common unit.
    </p>
    ${tabular(
      "Weights",
      headsOf("Column", classes),
      lines,
      html`${cut}The weights, strongest column on top.
        <span class="key"><span class="swatch for"></span> speaks for the class</span>
        <span class="key"><span class="swatch against"></span> against it</span>`,
      { kind: "weights" },
    )}`;
}

function weightCell(weight: number, largest: number): Html {
  if (weight === 0) return html`<td class="number">0</td>`;
  const strength = (Math.abs(weight) / largest).toFixed(2);
  const side = weight > 0 ? "for" : "against";
  const text = decimal(weight, decimalsFor(largest, 3));
  return html`<td class="number ${side}" style="--strength:${strength}">${text}</td>`;
}
