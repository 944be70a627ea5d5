import type { ExactSettings } from "@sigmax/core/model";
import { covarianceInWords } from "./covariance.ts";
import type { FitFigures, ReportData } from "./data.ts";
import { section } from "./figure.ts";
import { amount, count, counted, decimal, figures, pValue, rounded, scientific } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";
import { penaltyPath } from "./penalty-path.ts";

/** Where an exact solver ended: the proof, the likelihood, the penalty; nothing after minibatches. */
export function fit(data: ReportData): Html {
  if (data.fit === null) return nothing;
  const { settings, covariance } = data.fit;
  return section(
    "fit",
    "The fit",
    html`<p>${proofInWords(data.status, data.fit)}</p>
      ${classWeightsInWords(settings, data.evaluation.classes)}
      <dl class="facts">
        ${facts(data.fit).map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
      <p>${notes(data.fit)}</p>
      ${settings.choice === null ? nothing : penaltyPath(settings.choice, settings.l2)}
      <p>${covarianceInWords(covariance, settings.l2 > 0)}</p>`,
  );
}

/** How near the optimum is, and what that rests on. */
function proofInWords(status: string, { optimum, settings }: FitFigures): string {
  const { objective } = optimum;
  const what = settings.l2 > 0 ? "The penalized loss" : "The loss";
  const place = `${what} of all training rows, ${amount(objective)} nats,`;
  const bound = boundInWords(place, optimum);
  const tolerance = scientific(settings.tolerance, 1);
  const ends: Readonly<Record<string, string>> = {
    certified: `The optimum was found, and this is proven. ${bound}`,
    gradient: `The optimum was found. Without a penalty there is no proof of it, but the gradient vanishes within the tolerance. ${bound}`,
    stalled: `The solver stopped where no step made the loss smaller in this precision, before the tolerance of ${tolerance} was proven. ${bound}`,
    budget: `The solver was stopped before it reached the tolerance of ${tolerance}: these are not the best weights. ${bound}`,
  };
  return Object.hasOwn(ends, status) ? ends[status] : bound;
}

/** A bound below what float64 can tell apart is not a finding of its own. */
function boundInWords(place: string, { objective, gap, decrement }: FitFigures["optimum"]): string {
  if (gap !== null && gap <= Number.EPSILON * objective)
    return `${place} is the lowest there is, as near as float64 can tell.`;
  if (gap !== null)
    return `${place} lies at most ${scientific(gap)} nats above the lowest there is; relative to it, that is ${scientific(gap / objective)}.`;
  if (decrement === null) return `${place} has no bound.`;
  return `${place} lies some ${scientific(decrement)} nats above the lowest there is, as the next Newton step estimates it.`;
}

function classWeightsInWords({ classWeights, corrected }: ExactSettings, classes: readonly string[]): Html {
  if (classWeights === null) return nothing;
  const shown = classes.slice(0, 10).map((name, k) => `${name} ${figures(classWeights[k], 3)}`);
  const rest = classes.length > shown.length ? `, and ${count(classes.length - shown.length)} more` : "";
  const consequence = corrected
    ? "The intercepts were moved back afterwards, so the probabilities speak of rows as they come, not as they were weighted. That is exact if the model is right, and close otherwise."
    : "The intercepts were left as the weights made them: the probabilities are those of a world in which the classes are as frequent as they were weighted, and are not to be read as frequencies.";
  return html`<p>
    Rows were weighted by class (${shown.join(", ")}${rest}), so the likelihood below is that of weighted
    rows. ${consequence}
  </p>`;
}

function facts({
  summary,
  optimum,
  settings,
  nonzeros,
  weights,
}: FitFigures): readonly (readonly [name: string, value: string])[] {
  const { rows, logLikelihood, nullLogLikelihood, degreesOfFreedom, aic, bic, likelihoodRatio } = summary;
  const isPenalized = settings.l2 > 0;
  return [
    ["Rows (n)", count(rows)],
    [
      "Solver",
      `${settings.solver}, ${counted(optimum.iterations, "iteration")}, ${counted(optimum.passes, "pass", "passes")} over the rows`,
    ],
    ["Log-likelihood", amount(logLikelihood)],
    ["Without columns", `${amount(nullLogLikelihood)} (intercepts alone)`],
    ["McFadden’s R²", decimal(summary.mcFaddenR2, 4)],
    ["Degrees of freedom", degreesInWords(degreesOfFreedom, settings)],
    ...(aic === null || bic === null
      ? []
      : ([
          ["AIC", amount(aic)],
          ["BIC", amount(bic)],
        ] as const)),
    ...(likelihoodRatio === null
      ? []
      : ([
          [
            "Likelihood ratio",
            `χ² ${figures(likelihoodRatio.statistic)} on ${counted(likelihoodRatio.degrees, "degree")}, p ${pValue(likelihoodRatio.p)}`,
          ],
        ] as const)),
    ["Penalty λ", penaltyInWords(settings)],
    ...(isPenalized
      ? ([
          ["C (scikit-learn)", `${rounded(1 / settings.l2)}, which is 1/λ`],
          ["λ (glmnet)", `${rounded(settings.l2 / rows)}, which is λ/n`],
        ] as const)
      : []),
    ...(settings.l1Ratio > 0
      ? ([["Nonzero weights", `${count(nonzeros)} of ${count(weights)}`]] as const)
      : []),
    ...(settings.l1Ratio > 0 ? [] : ([["Gradient norm", scientific(optimum.gradientNorm)]] as const)),
  ];
}

function degreesInWords(degrees: number | null, { l2, l1Ratio }: ExactSettings): string {
  if (degrees === null) return "not computed, for want of a covariance";
  return l2 > 0 && l1Ratio === 0 ? `${decimal(degrees, 2)} (effective)` : degrees.toFixed(0);
}

function penaltyInWords({ l2, l1Ratio, penaltyUnits, choice }: ExactSettings): string {
  if (l2 === 0) return "none";
  const share = l1Ratio > 0 ? `, ${l1Ratio === 1 ? "all" : rounded(l1Ratio)} of it on Σ|w|` : "";
  return `${rounded(l2)}${share}, in ${penaltyUnits} units${choice === null ? "" : ", cross-validated"}`;
}

/** What the figures do and do not mean, for those of them that are there. */
function notes({ summary, settings }: FitFigures): string {
  const fitted = "These figures are of the training rows.";
  if (settings.l2 === 0)
    return summary.likelihoodRatio === null
      ? fitted
      : `${fitted} The likelihood ratio tests whether all columns together say nothing.`;
  const degrees =
    summary.degreesOfFreedom === null
      ? ""
      : settings.l1Ratio > 0
        ? " AIC and BIC count the weights that are not 0."
        : " AIC and BIC count the effective degrees of freedom, which the penalty lowers.";
  return `${fitted}${degrees} With a penalty the likelihood ratio has no χ² distribution, so no test is given.`;
}
