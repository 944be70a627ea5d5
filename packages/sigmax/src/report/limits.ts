import type { ReportData } from "./data.ts";
import { section } from "./figure.ts";
import { level } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";
import { learnedFrom } from "./measured-on.ts";

/** What depends on whether a row has one class, or any number of labels. */
const words = {
  class: {
    decision: html`<b>The most probable class is not a decision.</b> What to do also depends on what each
      mistake costs and on whether a case can be referred to someone. Accuracy counts every mistake alike.`,
    shift: "classes",
    truth: "A wrong label counts as a mistake of the model, or hides one.",
  },
  labels: {
    decision: html`<b>A probable label is not a decision.</b> Whether to give it also depends on what one
      given in error costs, what one missed costs, and on whether someone can be asked. The Hamming loss
      counts every mistake alike, and F1 leaves out what was rightly not given.`,
    shift: "labels",
    truth:
      "A label that people gave in error, or did not think of, counts as a mistake of the model, or hides one.",
  },
};

/** What a reader might take this report to say, and it does not. */
export function limits(
  {
    evaluation,
    evaluatedOn,
    version,
  }: Pick<ReportData, "evaluatedOn" | "version"> & {
    readonly evaluation: { readonly confidence: number };
  },
  of: "class" | "labels" = "class",
): Html {
  const { decision, shift, truth } = words[of];
  const learned = learnedFrom(evaluatedOn);
  const onTraining =
    learned === null
      ? nothing
      : html`<li><b>No figure here is of new rows.</b> They are of rows that ${learned}.</li>`;
  return html`<footer>
    ${section(
      "limits",
      "What this report does not tell",
      html`<ul class="sentences">
        ${onTraining}
        <li>${decision}</li>
        <li>
          <b
            >The ${level(evaluation.confidence)} intervals cover one source of doubt: which rows happened to
            be drawn for testing.</b
          >
          They do not cover another training run, rows from another place, device or time, or a change in how
          common the ${shift} are.
        </li>
        <li>
          <b>Rows are taken to be independent.</b> Where several rows come from one person or one device, the
          intervals are too narrow.
        </li>
        <li><b>Labels are taken to be right.</b> ${truth}</li>
        <li>
          <b>Figures chosen are figures flattered.</b> If these rows were used to pick this model among
          several, new rows will look worse.
        </li>
        <li>
          <b>Reliability is an average.</b> Probabilities that hold over all rows may fail in a group of them,
          and promise nothing about a single row.
        </li>
        <li>
          <b>Weights are not causes.</b> They say how this model adds up its columns; columns that move
          together share weight in ways that mean little one by one.
        </li>
      </ul>`,
    )}
    <p class="colophon">
      Made by sigmax ${version}. This page is complete in itself: it runs no program and loads nothing.
    </p>
  </footer> `;
}
