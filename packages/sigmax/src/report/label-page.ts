import type { MissedLabels } from "@sigmax/core/conformal";
import type { LabelEvaluation } from "@sigmax/core/evaluate";
import type { StrategyCost } from "@sigmax/core/decide";
import type { Compared } from "../commands/against.ts";
import type { LabelSubgroups } from "../commands/label-subgroups.ts";
import { against } from "./against.ts";
import type { MeasuredOn } from "./card-data.ts";
import { costs } from "./costs.ts";
import type { ReportData } from "./data.ts";
import { section } from "./figure.ts";
import { count, counted, decimal, decimalRange, percent } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";
import { labelDecisions, type DecidedLabels } from "./label-decisions.ts";
import { labelReliability } from "./label-reliability.ts";
import { labelSubgroups } from "./label-subgroups.ts";
import { labelErrors, labelMap, labelTable } from "./labels.ts";
import { limits } from "./limits.ts";
import { kindOfRows } from "./measured-on.ts";
import { page } from "./page.ts";
import { pageHeader, rowsKind } from "./summary.ts";

/** All that a report on a model of several labels shows, as plain data. */
export interface LabelReportData extends Pick<
  ReportData,
  | "source"
  | "target"
  | "created"
  | "modelPath"
  | "command"
  | "version"
  | "trainRows"
  | "warnings"
  | "parameterCount"
  | "options"
  | "status"
  | "seconds"
> {
  readonly evaluatedOn: MeasuredOn;
  readonly evaluation: LabelEvaluation;
  /** Before calibration, where the model is calibrated. */
  readonly uncalibrated: LabelEvaluation | null;
  /** Rows that carry both of two labels, labels × labels. */
  readonly pairs: Float64Array;
  readonly features: number;
  /** In words; null: none. */
  readonly calibration: string | null;
  /** Null where nothing is promised. */
  readonly promise: MissedLabels | null;
  readonly ledger: readonly { readonly source: string; readonly uses: string }[];
  /** Null where nothing was decided. */
  readonly decided: DecidedLabels | null;
  /** Of a policy with costs and simpler ways to decide, the policy first; null without such a policy. */
  readonly costs: readonly StrategyCost[] | null;
  readonly subgroups?: LabelSubgroups;
  /** Another model on the same rows. */
  readonly compared?: Compared;
}

/** One HTML file on a model of several labels. Pure: plain data in, text out. */
export function renderLabelReport(data: LabelReportData): string {
  const { evaluation, pairs } = data;
  return page(
    `${data.source} · Sigmax report`,
    data.version,
    html`${header(data)}
      <main>
        ${figures(data)} ${data.decided === null ? nothing : labelDecisions(data.decided)}
        ${costs(data, "A row costs the sum over its labels. “Labels as likely as not” gives those with a probability of at least one half.")}
        ${labelTable(evaluation)} ${labelErrors(evaluation)} ${labelReliability(evaluation)}
        ${calibration(data)} ${promise(data)} ${labelSubgroups(data)} ${against(data)}
        ${labelMap(evaluation, pairs)} ${card(data)}
      </main>
      ${limits(data, "labels")}`,
  );
}

function header(data: LabelReportData): Html {
  const { evaluation } = data;
  const lead = `Of all marks on ${counted(evaluation.rows, `${kindOfRows(data.evaluatedOn)} row`)}, ${percent(1 - evaluation.hammingLoss)} were right; the whole set of labels was right in ${percent(evaluation.accuracy)} of the rows.`;
  return pageHeader(data, lead, [
    ["Data", html`${data.source}, labels of <i>${data.target}</i>`],
    ["Labels", html`${count(evaluation.labels.length)}`],
    ["Features", html`${count(data.features)}`],
    ["Parameters", html`${count(data.parameterCount)}`],
    ["Fitted on", html`${counted(data.trainRows, "row")}`],
    ["Judged on", html`${counted(evaluation.rows, "row")}${rowsKind(data)}`],
  ]);
}

function figures({ evaluation, evaluatedOn, decided }: LabelReportData): Html {
  const { logLoss, brier, ece, hammingLoss, intervals, micro, macro } = evaluation;
  const metric = (name: string, direction: string, value: Html, meaning: string): Html =>
    html`<div class="metric">
      <h3>${name} <span class="soft">${direction}</span></h3>
      <p class="value">${value}</p>
      <p class="meaning">${meaning}</p>
    </div>`;
  const shown = (value: number | null, range: readonly [number, number] | null): Html =>
    value === null
      ? html`–`
      : html`${decimal(value)} ${range ? html`<span class="range">${decimalRange(range)}</span>` : nothing}`;
  return section(
    "results",
    `What the ${kindOfRows(evaluatedOn)} rows say`,
    html`${decided === null ? nothing : html`<p>Labels are given from the policy's thresholds on; what it refers to a person counts as not given.</p>`}
      <div class="metrics">
        ${metric("Micro F1", "higher is better", shown(micro.f1, micro.intervals.f1), "Precision and recall of all marks together, as one figure: frequent labels count most.")}
        ${metric("Macro F1", "higher is better", shown(macro.f1, macro.intervals.f1), "The mean over the labels that have the figure: rare labels count as much as frequent ones.")}
        ${metric("Hamming loss", "lower is better", shown(hammingLoss, intervals.hammingLoss), "The share of marks, row by row and label by label, that are wrong.")}
        ${metric("Log-loss", "lower is better", shown(logLoss, intervals.logLoss), "The mean of −ln p over rows and labels, p being the probability given to what came true. An even chance for every mark would cost 0.693.")}
        ${metric("Brier score", "lower is better", shown(brier, intervals.brier), "The mean squared distance between probability and truth, over rows and labels; 0 is perfect.")}
        ${metric("Calibration error (ECE)", "lower is better", html`${decimal(ece)}`, "How far stated probabilities lie from the shares that come true, on average over the labels.")}
      </div>`,
  );
}

function calibration({ calibration: words, uncalibrated, evaluation }: LabelReportData): Html {
  if (words === null) return nothing;
  const change =
    uncalibrated && uncalibrated.logLoss !== evaluation.logLoss
      ? ` On the rows measured here the log-loss went from ${decimal(uncalibrated.logLoss, 4)} to ${decimal(evaluation.logLoss, 4)}, the calibration error from ${decimal(uncalibrated.ece, 4)} to ${decimal(evaluation.ece, 4)}.`
      : "";
  return section("calibration", "How the probabilities were calibrated", html`<p>${words}.${change}</p>`);
}

function promise({ promise: found }: LabelReportData): Html {
  return section(
    "guarantees",
    "What is guaranteed, and on what assumption",
    found === null
      ? html`<p>
          <b>Nothing is guaranteed of this model.</b> A guarantee needs rows that served for nothing else:
          keep some (<code>train --split 0.7/0.1/0.1/0.1</code>), then run <code>calibrate</code>.
        </p>`
      : html`<p><b>${found.sentence}</b></p>
          <p>
            It is void when the population, the measurements or the way rows are chosen change. Such a set had
            ${decimal(found.meanSize, 2)} labels on average.
          </p>`,
  );
}

function card({ ledger, trainRows, source }: LabelReportData): Html {
  return section(
    "card",
    "Model card",
    html`<p>Whom the model is for and who answers for it is for people to add.</p>
      <dl class="facts card-facts">
        <div>
          <dt>Trained on</dt>
          <dd>${counted(trainRows, "row")} of ${source}</dd>
        </div>
        <div>
          <dt>Rows spent</dt>
          <dd>${ledger.map((entry) => `${entry.source}: ${entry.uses}`).join("; ")}</dd>
        </div>
      </dl>`,
  );
}
