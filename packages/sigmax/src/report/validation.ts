import { dot, ruleY, type PlotOptions } from "@observablehq/plot";
import type { FoldFigure } from "@sigmax/core/evaluate";
import type { ReportData } from "./data.ts";
import { drawing, figure, headsOf, section, tabular } from "./figure.ts";
import { count, decimal, decimalRange, level, percent, percentRange } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";

type Validation = NonNullable<ReportData["validation"]>;

/** What cross-validation of the training rows said; nothing where it was not asked for. */
export function validation({ validation: found, evaluatedOn }: ReportData): Html {
  if (found === null) return nothing;
  const { folds, repeats, accuracy, logLoss, brier } = found;
  const times = repeats === 1 ? "" : `, ${count(repeats)} times over with new folds`;
  const purpose =
    evaluatedOn === "test"
      ? "It shows how much figures like those above depend on the rows that were drawn."
      : "It shows what new rows may bring.";
  const sure = level(0.95);
  return section(
    "validation",
    "Cross-validation",
    html`<p>
        The training rows were divided into ${count(folds)} folds${times}; each fold was judged by a model
        that was fitted anew on the others. ${purpose} These models learned from fewer rows than the one that
        was kept, so expect them to be a little worse.
      </p>
      <div class="pair">
        ${figure(
          drawing(
            spread(found),
            `Dot plot of the log-loss of each fold. Their mean is ${decimal(logLoss.mean)}.`,
          ),
          html`The log-loss.
            <span class="key"><span class="mark open"></span> a fold</span>
            <span class="key"><span class="mark inside"></span> their mean, with its ${sure} interval</span>`,
        )}
        ${tabular(
          "Figures of cross-validation",
          headsOf("Figure", ["Mean", `${sure} interval`]),
          [
            line("Accuracy", percent(accuracy.mean), percentRange(accuracy.interval)),
            line("Log-loss", decimal(logLoss.mean), range(logLoss)),
            line("Brier score", decimal(brier.mean), range(brier)),
          ],
          html`Means over the folds. The intervals allow for folds that share training rows (Nadeau and
          Bengio), so they are wider than those of independent folds.`,
        )}
      </div>`,
  );
}

function line(name: string, mean: string, interval: string): Html {
  return html`<tr>
    <th scope="row"><span>${name}</span></th>
    <td class="number">${mean}</td>
    <td class="number">${interval}</td>
  </tr>`;
}

function range({ interval }: FoldFigure): string {
  return decimalRange(interval);
}

/** The folds of each repeat on a line of their own, and the mean below them. */
function spread({ byFold, repeats, logLoss }: Validation): PlotOptions {
  const lines = Array.from({ length: repeats }, (_, repeat) => repeat);
  return {
    height: 80 + 16 * repeats,
    marginLeft: 12,
    marginRight: 12,
    marginBottom: 38,
    marginTop: 8,
    x: { label: "log-loss", labelOffset: 36, grid: true, nice: true, ticks: 5 },
    y: { axis: null, domain: [...lines, "mean"], type: "point", padding: 0.6 },
    marks: [
      dot(
        byFold.filter((fold) => Number.isFinite(fold.logLoss)),
        { x: "logLoss", y: "repeat", r: 3, stroke: "var(--train)", fill: "var(--paper)" },
      ),
      ruleY(["mean"], {
        x1: logLoss.interval[0],
        x2: logLoss.interval[1],
        stroke: "var(--right)",
        strokeWidth: 5,
        strokeOpacity: 0.35,
      }),
      dot(["mean"], { x: logLoss.mean, y: (name: string) => name, r: 3.5, fill: "var(--right)" }),
    ],
  };
}
