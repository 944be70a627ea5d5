import { reasons } from "@sigmax/core/decide";
import type { ReportData } from "./data.ts";
import type { ReferredRows } from "./decision-data.ts";
import { section } from "./figure.ts";
import { count, counted, percent } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";

/** What was decided, and the rows that were handed to a person, with the reasons. */
export function referredSection({ referred: found }: ReportData): Html {
  if (found === null) return nothing;
  const { rows, referred, shown } = found;
  const share = rows === 0 ? "" : ` (${percent(referred / rows)})`;
  return section(
    "referred",
    "What was decided, and what was referred",
    html`<p>
        Of ${counted(rows, "row")}, ${count(referred)}${share} ${referred === 1 ? "was" : "were"} handed to a
        person. ${reasonsInWords(found)}
      </p>
      <ul class="sentences">
        ${found.actions.map((each) => html`<li><b>${each.action}</b>: ${counted(each.rows, "row")}</li>`)}
      </ul>
      ${shown.length === 0 ? nothing : table(found)}`,
  );
}

/** A row may have several reasons; a reason may stand beside a decision without referring it. */
function reasonsInWords({ reasonCounts }: ReferredRows): string {
  const named = reasons.filter((reason) => reasonCounts[reason] > 0);
  if (named.length === 0) return "No row has a reason to doubt.";
  return `Reasons noted, a row may have several: ${named.map((reason) => `${reason} ${count(reasonCounts[reason])}`).join(", ")}.`;
}

function table({ shown, referred, idColumns }: ReferredRows): Html {
  return referredTable(
    { shown, referred, idColumns },
    ["Most probable", "Else", "Why referred"],
    (each) => [
      html`${each.probable} <span class="range">${percent(each.probability)}</span>`,
      html`${each.otherwise ?? "–"}`,
      html`${each.reasons.join("; ")}`,
    ],
    "“Else” is what the policy would do if nobody could be asked; “–” where it does not say.",
  );
}

/** Rows that go to a person. @param titles of what `cells` shows of a row, beside what tells it apart */
export function referredTable<Row extends { readonly row: number; readonly ids: readonly string[] }>(
  {
    shown,
    referred,
    idColumns,
  }: { readonly shown: readonly Row[]; readonly referred: number; readonly idColumns: readonly string[] },
  titles: readonly string[],
  cells: (row: Row) => readonly Html[],
  note: string,
): Html {
  const rest = referred - shown.length;
  return html`<figure class="tabular">
    <div class="scroll tall" tabindex="0" role="region" aria-label="Rows handed to a person">
      <table class="referred">
        <thead>
          <tr>
            ${["Row", ...idColumns, ...titles].map((title) => html`<th scope="col">${title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            (each) =>
              html`<tr>
                <th scope="row">${count(each.row)}</th>
                ${each.ids.map((id) => html`<td>${id}</td>`)}
                ${cells(each).map((cell) => html`<td>${cell}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <figcaption>
      ${rest > 0 ? `The first ${count(shown.length)} referred rows; ${count(rest)} more are in the decisions.` : "All referred rows."}
      Rows are numbered from 0 in their source. ${note}
    </figcaption>
  </figure>`;
}
