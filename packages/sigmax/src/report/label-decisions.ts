import { section } from "./figure.ts";
import { count, counted, percent } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";

/** What a policy did with one label on rows that are known to carry it or not. */
export interface LabelOutcome {
  readonly label: string;
  readonly given: number;
  readonly givenRightly: number;
  readonly left: number;
  /** Left, though the row carries it. */
  readonly missed: number;
  readonly referred: number;
  readonly referredCarried: number;
}

/** A row that goes to a person, with the labels in doubt. */
export interface ReferredLabels {
  readonly row: number;
  /** What stands in the columns of `idColumns`. */
  readonly ids: readonly string[];
  readonly doubts: readonly { readonly label: string; readonly probability: number }[];
}

/** What was decided of labels, and what came of it. */
export interface DecidedLabels {
  readonly rows: number;
  readonly referredRows: number;
  readonly referredLabels: number;
  readonly measuredRows: number;
  readonly outcomes: readonly LabelOutcome[];
  /** The first of the rows that go to a person. */
  readonly shown: readonly ReferredLabels[];
  readonly idColumns: readonly string[];
}

/** What a policy did label by label, and the rows that were handed to a person. */
export function labelDecisions(decided: DecidedLabels): Html {
  const { rows, referredRows, referredLabels, measuredRows, outcomes, shown } = decided;
  const share = rows === 0 ? "" : ` (${percent(referredRows / rows)})`;
  return section(
    "decisions",
    "What was decided, and what was referred",
    html`<p>
        Of ${counted(rows, "row")}, ${count(referredRows)}${share} ${referredRows === 1 ? "was" : "were"}
        handed to a person, with ${counted(referredLabels, "label")} in doubt; their other labels were
        decided.
      </p>
      <figure class="tabular">
        <div class="scroll tall" tabindex="0" role="region" aria-label="Decisions on each label">
          <table class="classes">
            <thead>
              <tr>
                <th scope="col">Label</th>
                ${["Given", "of these right", "Left", "of these missed", "Referred", "of these carried"].map((title) => html`<th scope="col" class="number">${title}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${outcomes.toSorted((a, b) => carriedBy(b) - carriedBy(a)).map(outcomeLine)}
            </tbody>
          </table>
        </div>
        <figcaption>
          What the policy did on ${counted(measuredRows, "row")} whose labels are known, the most frequent
          labels first.
        </figcaption>
      </figure>
      ${shown.length === 0 ? nothing : referredTable(decided)}`,
  );
}

function carriedBy({ givenRightly, missed, referredCarried }: LabelOutcome): number {
  return givenRightly + missed + referredCarried;
}

function outcomeLine({ label, ...figures }: LabelOutcome): Html {
  const { given, givenRightly, left, missed, referred, referredCarried } = figures;
  return html`<tr>
    <th scope="row"><span>${label}</span></th>
    ${[given, givenRightly, left, missed, referred, referredCarried].map((each) => html`<td class="number">${count(each)}</td>`)}
  </tr>`;
}

function referredTable({ shown, referredRows, idColumns }: DecidedLabels): Html {
  const rest = referredRows - shown.length;
  return html`<figure class="tabular">
    <div class="scroll tall" tabindex="0" role="region" aria-label="Rows handed to a person">
      <table class="referred">
        <thead>
          <tr>
            <th scope="col">Row</th>
            ${idColumns.map((name) => html`<th scope="col">${name}</th>`)}
            <th scope="col">Labels in doubt</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            ({ row, ids, doubts }) =>
              html`<tr>
                <th scope="row">${count(row)}</th>
                ${ids.map((id) => html`<td>${id}</td>`)}
                <td>
                  ${doubts.map(({ label, probability }) => `${label} ${percent(probability)}`).join(", ")}
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <figcaption>
      ${rest > 0 ? `The first ${count(shown.length)} referred rows; ${count(rest)} more are in the decisions.` : "All referred rows."}
      Rows are numbered from 0 in their source.
    </figcaption>
  </figure>`;
}
