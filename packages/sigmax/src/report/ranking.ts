import { line, lineY, ruleY, type PlotOptions } from "@observablehq/plot";
import type { ClassFigures } from "@sigmax/core/evaluate";
import type { RankingCurve, ReportData } from "./data.ts";
import { drawing, figure, headsOf, section, tabular } from "./figure.ts";
import { count, decimal, decimalRange, inWords, level, percent } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";

/** How well the model ranks: ROC and precision–recall curves, and the areas under them. */
export function ranking({ ranking: curves, evaluation }: ReportData): Html {
  const { perClass, positive, confidence, rows } = evaluation;
  const measured = perClass.filter(({ auc }) => auc !== null);
  if (curves.length === 0 || measured.length === 0) return nothing;
  const hardest = measured.reduce((low, each) => (each.auc! < low.auc! ? each : low));
  const told = positive === null ? hardest : (perClass.find((each) => each.class === positive) ?? hardest);
  const share = told.support / rows;
  const words = positive === null ? areasInWords(measured, hardest) : areaInWords(told, confidence);
  const which = positive === null ? linesInWords(curves.length, measured.length, told) : nothing;
  return section(
    "ranking",
    positive === null ? "How well each class is told from the rest" : "How well the classes are told apart",
    html`<p>
        ${words} ½ is what guessing gives, 1 is perfect. It judges the order of the rows alone: it does not
        change when all probabilities are too sure or too modest alike.
      </p>
      <div class="pair">
        ${figure(
          drawing(rocPlot(curves, told.class, positive !== null), `ROC curve. ${words}`),
          html`ROC curve: as the threshold falls, the share of the class that is found (up) against the share
          of other rows called it by mistake (across). On the dashed line are guesses.${which}`,
        )}
        ${figure(
          drawing(
            precisionPlot(curves, told.class, share, positive !== null),
            `Precision–recall curve. The average precision of ${told.class} is ${decimal(told.averagePrecision ?? 0)}.`,
          ),
          html`Precision–recall curve: of the rows called <bdi>${told.class}</bdi>, the share that are (up),
            as more of them are found (across). The dashed line is its share of all rows, ${percent(share)},
            which guessing gives. The area below is the average precision,
            ${decimal(told.averagePrecision ?? 0)}.`,
        )}
      </div>
      ${positive === null ? table(perClass, confidence) : nothing}`,
  );
}

/** Which lines are drawn, and which of them is the thick one. */
function linesInWords(drawn: number, measured: number, told: ClassFigures): Html {
  const lines =
    drawn < measured ? `The ${inWords(drawn)} classes with the smallest areas.` : "One line a class.";
  const why = told.auc === 1 ? "" : ", the smallest area";
  return html` ${lines}
    <span class="key long"><span class="stroke worst"></span> <bdi>${told.class}</bdi>${why}</span>`;
}

/** Of two classes: the area as a chance. */
function areaInWords(told: ClassFigures, confidence: number): string {
  const { auc, class: name } = told;
  const method = auc === 0 || auc === 1 ? "Clopper and Pearson" : "DeLong";
  return `In ${percent(auc!)} of all pairs of a row of ${name} and a row of the other class, the first got the higher probability of ${name}: that is the area under the ROC curve (${level(confidence)} interval ${range(told)}, ${method}).`;
}

function areasInWords(measured: readonly ClassFigures[], hardest: ClassFigures): string {
  if (hardest.auc === 1)
    return "Each class taken against the rest, every one is ranked perfectly: all areas under the ROC curves are 1.";
  return `Each class taken against the rest, the areas under the ROC curves go from ${decimal(hardest.auc!)}, of ${hardest.class}, to ${decimal(largest(measured))}.`;
}

function largest(figures: readonly ClassFigures[]): number {
  return figures.reduce((most, { auc }) => Math.max(most, auc ?? 0), 0);
}

function range({ aucInterval }: ClassFigures): string {
  return aucInterval === null ? "unknown" : decimalRange(aucInterval);
}

const frame = {
  height: 350,
  marginLeft: 40,
  marginRight: 12,
  marginBottom: 38,
} as const;

/** Other classes in a thin line, the one that the text tells of in a thick one, on top. */
function lineStyle(name: string, told: string, isAlone: boolean): object {
  if (isAlone) return { stroke: "var(--right)", strokeWidth: 2 };
  return name === told
    ? { stroke: "var(--wrong)", strokeWidth: 2.5 }
    : { stroke: "var(--right)", strokeWidth: 1, strokeOpacity: 0.7 };
}

function toldLast(curves: readonly RankingCurve[], told: string): readonly RankingCurve[] {
  return curves.toSorted((a, b) => Number(a.class === told) - Number(b.class === told));
}

function rocPlot(curves: readonly RankingCurve[], told: string, isAlone: boolean): PlotOptions {
  return {
    ...frame,
    x: { label: "others called it (%)", labelOffset: 36, domain: [0, 100], ticks: 5 },
    y: { label: "found (%)", domain: [0, 100], ticks: 5, grid: true },
    marks: [
      line(
        [
          [0, 0],
          [100, 100],
        ],
        { stroke: "currentColor", strokeDasharray: "4 4", strokeOpacity: 0.7 },
      ),
      ...toldLast(curves, told).map((curve) =>
        line(
          [[0, 0], ...curve.points.map((at) => [at.falsePositiveRate * 100, at.truePositiveRate * 100])],
          lineStyle(curve.class, told, isAlone),
        ),
      ),
    ],
  };
}

function precisionPlot(
  curves: readonly RankingCurve[],
  told: string,
  share: number,
  isAlone: boolean,
): PlotOptions {
  return {
    ...frame,
    x: { label: "found (%)", labelOffset: 36, domain: [0, 100], ticks: 5 },
    y: { label: "precision (%)", domain: [0, 100], ticks: 5, grid: true },
    marks: [
      ruleY([share * 100], { stroke: "currentColor", strokeDasharray: "4 4", strokeOpacity: 0.7 }),
      ...toldLast(curves, told).map(({ class: name, points }) => {
        const steps = [{ found: 0, precision: points[0].precision * 100 }].concat(
          points.map((at) => ({ found: at.truePositiveRate * 100, precision: at.precision * 100 })),
        );
        return lineY(steps, {
          x: "found",
          y: "precision",
          curve: "step-before",
          ...lineStyle(name, told, isAlone),
        });
      }),
    ],
  };
}

function table(perClass: readonly ClassFigures[], confidence: number): Html {
  return tabular(
    "Areas under the curves of each class",
    headsOf("Class", ["Rows", "ROC area", "Average precision"]),
    perClass.map(
      (each) =>
        html`<tr>
          <th scope="row"><span>${each.class}</span></th>
          <td class="number">${count(each.support)}</td>
          <td class="number">
            ${each.auc === null ? "–" : decimal(each.auc)}${
              each.auc === null ? nothing : html`<span class="range">${range(each)}</span>`
            }
          </td>
          <td class="number">${each.averagePrecision === null ? "–" : decimal(each.averagePrecision)}</td>
        </tr>`,
    ),
    html`Each class against the rest: the area under its ROC curve with a ${level(confidence)} interval
    (DeLong’s; Clopper and Pearson’s where the order is perfect), and its average precision.`,
    { kind: "areas", isTall: true },
  );
}
