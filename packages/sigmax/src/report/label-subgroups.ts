import type { LabelSubgroup, LabelSubgroups } from "../commands/label-subgroups.ts";
import { level } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";
import { groupByGroup, nameOf, plain, share } from "./subgroups.ts";

/** The figures of the rows of each value of a column, of a model of several labels. */
export function labelSubgroups({ subgroups: found }: { readonly subgroups?: LabelSubgroups }): Html {
  if (found === undefined) return nothing;
  const sizes = found.groups.map(({ rows }) => rows);
  return groupByGroup(sizes, [table(found)]);
}

function table({ column, groups }: LabelSubgroups): Html {
  const hasSets = groups.some(({ missed }) => missed !== null);
  const titles = [
    "Rows",
    "Micro F1",
    "Macro F1",
    "Whole set right",
    "Hamming loss",
    "Log-loss",
    "Carried − stated",
    ...(hasSets ? ["Missed by sets"] : []),
  ];
  return html`<figure class="tabular">
    <div class="scroll" tabindex="0" role="region" aria-label="Figures by ${column}">
      <table class="subgroups">
        <thead>
          <tr>
            <th scope="col">${column}</th>
            ${titles.map((title) => html`<th scope="col" class="number">${title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${groups.map((group) => line(group, hasSets))}
        </tbody>
      </table>
    </div>
    <figcaption>
      Rows by <bdi>${column}</bdi>, with ${level(0.95)} intervals. “Carried − stated” is the mean number of
      labels that a row carries less the sum of its probabilities: above 0 the model says too little.
      ${hasSets ? "“Missed by sets” is the mean share of a row's labels outside the set that the promise is about." : ""}
    </figcaption>
  </figure>`;
}

function line(group: LabelSubgroup, hasSets: boolean): Html {
  const { value, rows, microF1, macroF1, accuracy, hammingLoss, logLoss, inTheLarge, missed } = group;
  const none = html`<td class="number">–</td>`;
  return html`<tr>
    ${nameOf(value, rows)} ${microF1 ? plain(microF1) : none} ${macroF1 ? plain(macroF1) : none}
    ${share(accuracy)} ${plain(hammingLoss)} ${plain(logLoss)} ${plain(inTheLarge)}
    ${hasSets ? (missed ? share(missed) : none) : nothing}
  </tr>`;
}
