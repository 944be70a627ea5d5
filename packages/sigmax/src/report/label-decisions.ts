import { section } from "./figure.ts";
import { count, counted, percent } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";
import { referredTable } from "./referred.ts";

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
      ${shown.length === 0 ? nothing : doubtful(decided)}`,
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

function doubtful({ shown, referredRows, idColumns }: DecidedLabels): Html {
  return referredTable(
    { shown, referred: referredRows, idColumns },
    ["Labels in doubt"],
    ({ doubts }) => [
      html`${doubts.map(({ label, probability }) => `${label} ${percent(probability)}`).join(", ")}`,
    ],
    "",
  );
}
