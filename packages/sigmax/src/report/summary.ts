import type { ReportData } from "./data.ts";
import {
  capitalized,
  count,
  counted,
  dateAndTime,
  duration,
  level,
  percent,
  percentRange,
} from "./format.ts";
import { html, nothing, type Html } from "./html.ts";
import { kindOfRows, learnedFrom } from "./measured-on.ts";

/** What was found, in one sentence, and how the run that found it was made. */
export function summary(data: ReportData): Html {
  const { evaluation } = data;
  const facts: readonly (readonly [name: string, value: Html])[] = [
    ["Data", html`${data.source}, target <i>${data.target}</i>`],
    ["Classes", html`${evaluation.classes.length}`],
    ["Features", html`${counted(data.columns.length, "column")}${pixels(data)}`],
    ["Parameters", html`${count(data.parameterCount)}`],
    ["Fitted on", html`${fittedOn(data)}`],
    ["Judged on", html`${counted(evaluation.rows, "row")}${rowsKind(data)}`],
  ];
  return pageHeader(data, accuracySentence(data), facts);
}

/** What a report says of any model's run, in its head. */
type PageFacts = Pick<
  ReportData,
  | "source"
  | "options"
  | "status"
  | "seconds"
  | "created"
  | "version"
  | "modelPath"
  | "command"
  | "warnings"
  | "evaluatedOn"
>;

/** The head of a report: one sentence of what was found, warnings, and the facts, those of this kind of model first. */
export function pageHeader(
  data: PageFacts,
  lead: string,
  own: readonly (readonly [name: string, value: Html])[],
): Html {
  const { seconds } = data;
  const facts: readonly (readonly [name: string, value: Html])[] = [
    ...own,
    ...data.options.map(([name, value]) => [capitalized(name), html`${value}`] as const),
    ["Status", html`${statusInWords(data.status)}`],
    [
      "Time",
      html`load ${duration(seconds.load)}${seconds.fit === undefined ? "" : `, fit ${duration(seconds.fit)}`},
      evaluate ${duration(seconds.evaluate)}`,
    ],
    ["Made", html`<time datetime="${data.created.toISOString()}">${dateAndTime(data.created)}</time>`],
    ["Program", html`sigmax ${data.version}`],
    ["Model file", html`<code>${data.modelPath}</code>`],
  ];
  return html`<header>
    <p class="kicker">Sigmax report</p>
    <h1>${data.source}</h1>
    <p class="lead">${lead}</p>
    ${trainWarning(data)}
    ${data.warnings.map(
      (warning) => html`<p class="warning" role="note"><strong>Warning:</strong> ${warning}.</p>`,
    )}
    <dl class="facts">
      ${facts.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    <p class="label" id="command">Command</p>
    <pre aria-labelledby="command"><code>${data.command}</code></pre>
  </header> `;
}

function accuracySentence({ evaluation, evaluatedOn }: ReportData): string {
  const { rows, confusion, classes, accuracy, intervals, confidence } = evaluation;
  let right = 0;
  for (let k = 0; k < classes.length; k++) right += confusion[k * classes.length + k];
  const kind = kindOfRows(evaluatedOn);
  return (
    `Of ${count(rows)} ${kind} ${rows === 1 ? "row" : "rows"}, ${count(right)} ` +
    `${right === 1 ? "was" : "were"} classified correctly: ${percent(accuracy)} ` +
    `(${level(confidence)}\u00a0interval ${percentRange(intervals.accuracy)}).`
  );
}

function trainWarning({ evaluatedOn }: Pick<ReportData, "evaluatedOn">): Html {
  const learned = learnedFrom(evaluatedOn);
  if (learned === null) return nothing;
  if (evaluatedOn !== "train")
    return html`<p class="warning" role="note">
      <strong>These are rows that ${learned}.</strong> The figures flatter; the intervals do not correct for
      this. Measure on rows that served for nothing else before you rely on it.
    </p> `;
  return html`<p class="warning" role="note">
    <strong>These are training rows.</strong> Every figure in this report was computed on the rows the model
    learned from. They flatter the model and say little about new rows; the intervals do not correct for this.
    Keep some rows for testing (<code>--split</code>, <code>--test</code>) before you rely on it.
  </p> `;
}

function pixels({ image }: ReportData): string {
  return image === null ? "" : ` (pixels of a ${image.height} × ${image.width} image)`;
}

export function rowsKind({ evaluatedOn }: Pick<ReportData, "evaluatedOn">): string {
  if (evaluatedOn === "test") return " held out for testing";
  if (evaluatedOn === "new") return " that the model had not seen";
  return evaluatedOn === "train" ? " of those it was fitted on" : ` that ${learnedFrom(evaluatedOn)}`;
}

/** The states a fit can end in; a word this list does not know stands for itself. */
function statusInWords(status: string): string {
  const words: Readonly<Record<string, string>> = {
    completed: "completed, every epoch was run",
    "stopped-early": "stopped early, the validation rows had stopped improving",
    certified: "certified, at the optimum within the tolerance asked for",
    gradient: "gradient small, optimum not certified",
    stalled: "stalled before the tolerance was reached",
    budget: "stopped at the limit of iterations",
    cancelled: "cancelled before the end",
  };
  return Object.hasOwn(words, status) ? words[status] : status;
}

function fittedOn({ trainRows, validationRows }: ReportData): string {
  const fitted = counted(trainRows - validationRows, "row");
  return validationRows === 0 ? fitted : `${fitted}; ${count(validationRows)} more chose the epoch`;
}
