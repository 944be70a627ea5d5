import type { ReportData } from "./data.ts";
import { section } from "./figure.ts";
import { count, counted, dateAndTime, decimal, level, percent, percentRange } from "./format.ts";
import { html, type Html } from "./html.ts";
import { kindOfRows } from "./measured-on.ts";

type Line = readonly [name: string, value: Html];

/** What a model card holds, as far as it follows from the run itself. */
export function modelCard(data: ReportData): Html {
  return section(
    "card",
    "Model card",
    html`<p>
        What this file knows of the model by itself. Whom it is for, where the rows came from and who answers
        for it is for people to add.
      </p>
      <dl class="facts card-facts">
        ${[...intended(data), ...made(data), ...worth(data)].map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
      ${inputs(data)}`,
  );
}

function intended({ card, target }: ReportData): readonly Line[] {
  const shares = card.classes
    .slice(0, 30)
    .map(({ name, share }) => html`<bdi>${name}</bdi> (${percent(share)}),`);
  const more = card.classes.length - shares.length;
  return [
    ["Takes", html`rows with ${counted(card.inputCount, "column")}, listed below`],
    ["Tells", html`the probability of each class of <i>${target}</i>`],
    ["Classes", html`${shares} ${more > 0 ? `${count(more)} more;` : ""} shares of the rows measured here`],
  ];
}

function made({ card, trainRows, options, status, command, created }: ReportData): readonly Line[] {
  return [
    ["Trained on", html`${counted(trainRows, "row")} of ${card.trainedOn}`],
    ["Rows spent", html`${card.ledger.map(({ source, uses }) => `${source}: ${uses}`).join("; ")}`],
    [
      "Training",
      html`${[...options, ["status", status] as const].map(([name, value]) => `${name} ${value}`).join(", ")}`,
    ],
    ["Versions", html`model by sigmax ${card.trainedBy}, report on ${card.engine}`],
    ["Made by", html`<code>${command}</code>`],
    ["On", html`<time datetime="${created.toISOString()}">${dateAndTime(created)}</time>`],
  ];
}

function worth(data: ReportData): readonly Line[] {
  const { evaluation, evaluatedOn } = data;
  const { rows, accuracy, logLoss, ece, intervals, confidence } = evaluation;
  return [
    [
      "Performance",
      html`accuracy ${percent(accuracy)} (${percentRange(intervals.accuracy)}), log-loss ${decimal(logLoss)},
      calibration error ${decimal(ece)}, on ${counted(rows, `${kindOfRows(evaluatedOn)} row`)}; intervals at
      ${level(confidence)}`,
    ],
    ["Calibration", html`${calibrationInWords(data)}`],
    ["Guarantees", html`${guaranteesInWords(data)} (<a href="#guarantees">what it rests on</a>)`],
    ["Limits", html`see <a href="#limits">what this report does not tell</a>`],
  ];
}

function calibrationInWords({ calibration }: ReportData): string {
  if (!calibration?.fitted) return "none: the probabilities are the model's own";
  const { kind, rows, source } = calibration.fitted;
  return `${kind}, on ${counted(rows, "row")} of ${source}`;
}

function guaranteesInWords({ promises }: ReportData): string {
  const sets = promises?.sets;
  const selective = promises?.selective;
  const said = [
    ...(sets ? [`label sets at ${level(sets.coverage)}`] : []),
    ...(selective?.feasible ? [`at most ${level(selective.targetRisk)} wrong among accepted cases`] : []),
  ];
  return said.length === 0 ? "none" : `${said.join("; ")}, from ${counted(promises?.rows ?? 0, "row")}`;
}

function inputs({ card }: ReportData): Html {
  const more = card.inputCount - card.inputs.length;
  return html`<details>
    <summary>The columns it takes</summary>
    <dl class="values">
      ${card.inputs.map(
        ({ name, kind }) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${kind}</dd>
          </div>`,
      )}
    </dl>
    ${more > 0 && card.inputs.length > 1 ? html`<p>… and ${count(more)} more.</p>` : html``}
  </details>`;
}
