import type { Compared } from "../commands/against.ts";
import { section } from "./figure.ts";
import { count, counted, decimal, level, signed } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";

/** Another model on the same rows. */
export function against({ compared }: { readonly compared?: Compared }): Html {
  if (compared === undefined) return nothing;
  const { rows, confidence, figures, onlyFirst, onlySecond, first, second } = compared;
  return section(
    "against",
    "Against another model",
    html`<p>
        The first model is <bdi>${first}</bdi>, the second <bdi>${second}</bdi>. Of ${counted(rows, "row")},
        ${count(onlyFirst)} ${onlyFirst === 1 ? "is" : "are"} right by the first alone, and
        ${count(onlySecond)} by the second alone.
      </p>
      <figure class="tabular">
        <div class="scroll" tabindex="0" role="region" aria-label="Figures of both models">
          <table>
            <thead>
              <tr>
                <th scope="col">Figure</th>
                ${["First", "Second", "Difference", "p"].map((title) => html`<th scope="col" class="number">${title}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${figures.map(
                ([name, each]) =>
                  html`<tr>
                    <th scope="row"><span>${name}</span></th>
                    <td class="number">${decimal(each.first, 4)}</td>
                    <td class="number">${decimal(each.second, 4)}</td>
                    <td class="number">
                      ${signed(each.difference, 4)}
                      <span class="range"
                        >${signed(each.interval[0], 4)} to ${signed(each.interval[1], 4)}</span
                      >
                    </td>
                    <td class="number">${each.p === null ? "" : each.p.toPrecision(2)}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>
        <figcaption>
          The second less the first, row by row, with ${level(confidence)} intervals: what makes a row hard
          for both cancels.
        </figcaption>
      </figure>`,
  );
}
