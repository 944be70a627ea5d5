import type { CalibrationEstimate } from "@sigmax/core/evaluate";
import { binnedDiagram, corpPicture } from "./calibration-plots.ts";
import type { ReportData } from "./data.ts";
import type { CalibrationFigures, DiagramPair } from "./decision-data.ts";
import { drawing, figure, section } from "./figure.ts";
import { count, counted, decimal, level } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";

/** Reliability with the calibrator and without it: by bins and without bins, for the label chosen and class by class. */
export function calibration({ calibration: found }: ReportData): Html {
  if (found === null) return nothing;
  const [top, ...classes] = found.diagrams;
  const isChanged = top.before !== null;
  return section(
    "calibration",
    isChanged ? "Before and after calibration" : "Calibration, class by class",
    html`<p>${inWords(found)}</p>
      ${candidateTable(found)}
      <div class="pair">
        ${figure(
          drawing(binnedDiagram(top, 320), `Reliability diagram by bins. ${misfitInWords(top)}`),
          html`The label chosen, by bins: confidence stated (across), share of right answers (up). Boxes hold
          ${level(top.after.corp.confidence)} of the marks where the probabilities are
          right.${marksKey(isChanged)}`,
        )}
        ${figure(
          drawing(corpPicture(top, 320), `Reliability curve without bins. ${misfitInWords(top)}`),
          html`The same without bins (CORP: the best rising curve). The gray band holds
          ${level(top.after.corp.confidence)} of such curves, point by point, where the probabilities are
          right. ${misfitInWords(top)}${linesKey(isChanged)}`,
        )}
      </div>
      ${classes.length === 0 ? nothing : smallMultiples(classes, isChanged)}`,
  );
}

function inWords({ fitted }: CalibrationFigures): Html {
  if (fitted === null) return html`The model has no calibrator: its probabilities are taken as they are.`;
  const { kind, parameterCount, source, rows, reason } = fitted;
  return html`On ${counted(rows, "row")} of ${source}, which the model had not learned from, the calibrator
    <b>${kind}</b> (${counted(parameterCount, "number")}) was taken: ${reason}. The pictures are of the rows
    this report is about.`;
}

/** What each method reached on calibration rows that it was not fitted on. */
function candidateTable({ candidates, fitted }: CalibrationFigures): Html {
  if (candidates.length === 0) return nothing;
  const cell = (value: number | null): string => (value === null ? "–" : decimal(value, 4));
  const rows = candidates.map(
    (each) =>
      html`<tr${each.kind === fitted?.kind ? html` class="taken"` : nothing}>
        <th scope="row"><span>${each.kind}${each.kind === fitted?.kind ? " (taken)" : ""}</span></th>
        <td class="number">${count(each.parameterCount)}</td>
        <td class="number">${cell(each.logLoss)}</td>
        <td class="number">${aboveTheBest(each)}</td>
        <td class="number">${cell(each.brier)}</td>
        <td>${each.refusal === null ? "" : `not tried: ${each.refusal}`}</td>
      </tr>`,
  );
  return html`<figure class="tabular">
    <div class="scroll" tabindex="0" role="region" aria-label="Calibrators that were compared">
      <table class="candidates">
        <thead>
          <tr>
            <th scope="col">Method</th>
            <th scope="col" class="number">Numbers</th>
            <th scope="col" class="number">Log-loss</th>
            <th scope="col" class="number">Above the best</th>
            <th scope="col" class="number">Brier</th>
            <th scope="col">Remark</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
    <figcaption>
      Each method on calibration rows that it was not fitted on, in turn. “Above the best” is the difference
      in log-loss, row by row, ± its standard error: where no method is asked for, the simplest within one of
      them is taken.
    </figcaption>
  </figure>`;
}

function aboveTheBest({ excess, excessError }: CalibrationFigures["candidates"][number]): string {
  if (excess === null) return "–";
  const value = decimal(excess, 4);
  return excess === Infinity || excessError === null
    ? value
    : `${value}\u00a0±\u00a0${decimal(excessError, 4)}`;
}

function smallMultiples(classes: readonly DiagramPair[], isChanged: boolean): Html {
  const order =
    classes.length === 1
      ? ""
      : " The classes whose probabilities are furthest from their frequencies come first.";
  return html`<p>
      Each class against the rest, without bins: its probability (across), how often it was true (up).${order}
      A slope of 1 and an intercept of 0 are perfect; a slope below 1 says that probabilities are too extreme,
      an intercept above 0 that the class is more frequent than stated.
    </p>
    <div class="multiples">
      ${classes.map((pair) =>
        figure(
          drawing(
            corpPicture(pair, 220, 250),
            `Reliability curve of ${pair.class ?? ""}. ${lineInWords(pair)}`,
          ),
          html`<b><bdi>${pair.class ?? ""}</bdi></b
            >. ${lineInWords(pair)}`,
        ),
      )}
    </div>
    <p class="soft">${linesKey(isChanged)}</p>`;
}

function misfitInWords({ before, after }: DiagramPair): string {
  const own = decimal(after.corp.miscalibration, 4);
  return before === null
    ? `Miscalibration costs ${own} of the mean of (p − y)².`
    : `Miscalibration costs ${own} of the mean of (p − y)², before calibration ${decimal(before.corp.miscalibration, 4)}.`;
}

/** "Slope 0.82 (0.71 – 0.93), before 0.51; intercept …" */
function lineInWords({ before, after }: DiagramPair): string {
  const one = (name: "slope" | "intercept"): string => {
    const own = estimate(after.line?.[name] ?? null);
    if (before === null) return `${name} ${own}`;
    return `${name} ${own}, before ${estimate(before.line?.[name] ?? null)}`;
  };
  const text = `${one("slope")}; ${one("intercept")}.`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function estimate(found: CalibrationEstimate | null): string {
  if (found === null) return "not defined";
  const [low, high] = found.interval;
  return `${decimal(found.value, 2)} (${decimal(low, 2)} to ${decimal(high, 2)})`;
}

function marksKey(isChanged: boolean): Html {
  if (!isChanged) return nothing;
  return html` <span class="key"><span class="mark inside"></span> calibrated</span>
    <span class="key"><span class="mark open"></span> before</span>`;
}

function linesKey(isChanged: boolean): Html {
  if (!isChanged) return nothing;
  return html` <span class="key"><span class="stroke test"></span> calibrated</span>
    <span class="key"><span class="stroke train"></span> before</span>`;
}
