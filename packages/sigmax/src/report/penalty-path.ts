import { areaY, dot, lineY, ruleX, type PlotOptions } from "@observablehq/plot";
import type { ExactSettings } from "@sigmax/core/model";
import { drawing, figure } from "./figure.ts";
import { decimal, rounded } from "./format.ts";
import { html, type Html } from "./html.ts";

type Choice = NonNullable<ExactSettings["choice"]>;

/** Standard errors above the lowest log-loss up to which penalties are drawn: further up, the bottom could not be read. */
const mostErrors = 10;

/** The log-loss of held-out folds by penalty, and which penalty was taken. */
export function penaltyPath(choice: Choice, taken: number): Html {
  const { minimum, oneStandardError, path } = choice;
  const lowest = path.find(({ lambda }) => lambda === minimum) ?? path[0];
  const which =
    taken === oneStandardError && taken !== minimum ? "the second was taken" : "the first was taken";
  const near = path.filter(({ logLoss }) => logLoss <= lowest.logLoss + mostErrors * lowest.standardError);
  const same = minimum === oneStandardError;
  const words = same
    ? `Over the folds the log-loss is lowest, ${decimal(lowest.logLoss)}, at λ = ${rounded(minimum)}; no stronger penalty comes within one standard error (${decimal(lowest.standardError)}) of that.`
    : `Over the folds the log-loss is lowest, ${decimal(lowest.logLoss)}, at λ = ${rounded(minimum)}; the strongest penalty within one standard error (${decimal(lowest.standardError)}) of that is λ = ${rounded(oneStandardError)}: ${which}.`;
  return html`<p>${words}</p>
    ${figure(
      drawing(
        curve({ ...choice, path: near }),
        `Line chart of the cross-validated log-loss by penalty. ${words}`,
      ),
      html`Log-loss on held-out folds by penalty λ (logarithmic; stronger to the right), with one standard
        error on either
        side.${near.length < path.length ? " Penalties more than ten standard errors above the lowest are not drawn." : ""}
        <span class="key"><span class="stroke test"></span> lowest</span>
        <span class="key"><span class="stroke train"></span> strongest within one standard error</span>`,
    )}`;
}

function curve({ path, minimum, oneStandardError }: Choice): PlotOptions {
  return {
    height: 250,
    marginLeft: 46,
    marginRight: 16,
    marginBottom: 38,
    x: {
      label: "λ",
      labelOffset: 36,
      type: "log",
      ticks: 5,
      tickFormat: rounded,
    },
    y: { label: "log-loss", grid: true, nice: true, ticks: 5 },
    marks: [
      areaY(path, {
        x: "lambda",
        y1: ({ logLoss, standardError }: Choice["path"][number]) => logLoss - standardError,
        y2: ({ logLoss, standardError }: Choice["path"][number]) => logLoss + standardError,
        fill: "var(--band)",
      }),
      ruleX([minimum], { stroke: "var(--right)", strokeWidth: 1.75 }),
      ruleX([oneStandardError], { stroke: "var(--train)", strokeWidth: 1.75, strokeDasharray: "5 3" }),
      lineY(path, { x: "lambda", y: "logLoss", stroke: "currentColor", strokeWidth: 1.5 }),
      dot(path, { x: "lambda", y: "logLoss", r: 2, fill: "currentColor" }),
    ],
  };
}
