import type { ReportedCoefficient } from "./data.ts";
import { count, counted, figures, figuresRange, level, pValue } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";

/** Lines behind the click; more would make the file too large to open. */
const mostOthers = 1000;

export interface CoefficientGroup {
  readonly class: string;
  readonly reference: string;
  readonly lines: readonly ReportedCoefficient[];
  /** Those of weaker columns, behind a click. */
  readonly others: readonly ReportedCoefficient[];
}

/** Estimates per unit of the column, with their errors, tests and odds ratios: a group of lines for each class. */
export function coefficientTable(groups: readonly CoefficientGroup[], order: string): Html {
  const hasErrors = groups.some(({ lines }) => lines.some(({ standardError }) => standardError !== null));
  const others = groups.map((group) => ({ ...group, lines: group.others }));
  const left = others.reduce((sum, { lines }) => sum + lines.length, 0);
  return html`<figure class="tabular">
    ${table(groups, hasErrors)}
    <figcaption>
      Coefficients per unit of the column.
      ${order}.${hasErrors ? " z and p test whether it is 0, each by itself: among many, some look sure by chance." : ""}
    </figcaption>
    ${
      left === 0
        ? nothing
        : html`<details>
            <summary>${counted(left, "weaker coefficient")}${cutInWords(left)}</summary>
            ${table(cut(others), hasErrors)}
          </details>`
    }
  </figure>`;
}

function cutInWords(left: number): string {
  return left > mostOthers ? `, the first ${count(mostOthers)}; the model file has all` : "";
}

/** The first lines over all groups, at most so many. */
function cut(groups: readonly CoefficientGroup[]): readonly CoefficientGroup[] {
  const each = Math.ceil(mostOthers / groups.length);
  return groups.map((group) => ({ ...group, lines: group.lines.slice(0, each) }));
}

function table(groups: readonly CoefficientGroup[], hasErrors: boolean): Html {
  const heads = hasErrors
    ? ["Estimate", "Std. error", "z", "p", "Odds ratio", `${level(0.95)} interval`]
    : ["Estimate", "Odds ratio"];
  return html`<div class="scroll tall" tabindex="0" role="region" aria-label="Coefficients">
    <table class="coefficients">
      <thead>
        <tr>
          <th scope="col">Column</th>
          ${heads.map((name) => html`<th scope="col" class="number">${name}</th>`)}
        </tr>
      </thead>
      ${groups.map(
        (group) =>
          html`<tbody>
            ${groups.length > 1 ? groupHead(group) : nothing}
            ${group.lines.map((each) => line(each, hasErrors))}
          </tbody>`,
      )}
    </table>
  </div>`;
}

function groupHead({ class: name, reference }: CoefficientGroup): Html {
  return html`<tr class="group">
    <th scope="rowgroup"><span>${name}</span> <em>against ${reference}</em></th>
  </tr>`;
}

function line(each: ReportedCoefficient, hasErrors: boolean): Html {
  const { column, estimate, standardError, z, p, oddsRatio, oddsRatioInterval } = each;
  const cells = hasErrors
    ? [
        figures(estimate),
        standardError === null ? "–" : figures(standardError),
        z === null ? "–" : figures(z, 3),
        p === null ? "–" : pValue(p),
        figures(oddsRatio),
        oddsRatioInterval === null ? "–" : figuresRange(oddsRatioInterval, 3),
      ]
    : [figures(estimate), figures(oddsRatio)];
  return html`<tr>
    <th scope="row"><span>${column}</span></th>
    ${cells.map((text) => html`<td class="number">${text}</td>`)}
  </tr>`;
}
