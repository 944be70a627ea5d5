import type { Classifier } from "@sigmax/core";
import { coefficients, fitSummary, type Coefficient } from "@sigmax/core/inference";
import { count, table } from "../output.ts";

/** More would scroll away what matters; the model file and the report have them all. */
const mostLines = 40;

/** What the exact solvers say of their end, in JSON. */
export function optimumInJson(model: Classifier): object {
  const { optimum } = model.training;
  if (optimum === null) return {};
  const { objective, gap, decrement, gradientNorm, iterations, passes, logLikelihood } = optimum;
  const summary = fitSummary(model);
  return {
    objective,
    gap: gap ?? decrement,
    gradientNorm,
    iterations,
    passes,
    logLikelihood,
    ...(summary && { summary }),
    covariance: model.inference?.covariance.kind ?? null,
    ...(model.inference && { coefficients: coefficients(model) }),
  };
}

/** The summary of a fit as a statistician reads it. */
export function fitInWords(model: Classifier): string[] {
  const summary = fitSummary(model);
  const { optimum, status, options } = model.training;
  if (summary === null || optimum === null || options.solver === "sgd") return [];
  const { inference, features } = model;
  const proof =
    optimum.gap === null
      ? `Newton decrement ${(optimum.decrement ?? 0).toExponential(1)}`
      : `proven to lie at most ${(optimum.gap / optimum.objective).toExponential(1)} (relative) above the optimum`;
  const figures = [
    ["log-likelihood", fixed(summary.logLikelihood, 4)],
    ["of intercepts alone", fixed(summary.nullLogLikelihood, 4)],
    ["McFadden's R²", fixed(summary.mcFaddenR2, 4)],
    ...(summary.degreesOfFreedom === null
      ? []
      : [
          [
            options.l2 > 0 ? "effective degrees of freedom" : "degrees of freedom",
            fixed(summary.degreesOfFreedom, options.l2 > 0 ? 2 : 0),
          ],
          ["AIC, BIC", `${fixed(summary.aic ?? 0, 2)}, ${fixed(summary.bic ?? 0, 2)}`],
        ]),
    ...(summary.likelihoodRatio
      ? [
          [
            "likelihood ratio",
            `χ² ${fixed(summary.likelihoodRatio.statistic, 2)} on ${summary.likelihoodRatio.degrees}, p ${probability(summary.likelihoodRatio.p)}`,
          ],
        ]
      : []),
  ];
  return [
    `Fit on ${count(summary.rows)} training rows: ${status}, ${proof}; ${count(optimum.iterations)} iterations, ${count(optimum.passes)} passes`,
    ...table(figures).map((line) => `  ${line}`),
    "",
    ...(inference && !features.image ? coefficientLines(coefficients(model), inference.covariance.kind) : []),
  ];
}

function coefficientLines(all: readonly Coefficient[], kind: string): string[] {
  const classes = [...new Set(all.map((each) => each.class))];
  const shown = all.slice(0, mostLines);
  const isSeveral = classes.length > 1;
  const rows = shown.map((each) => [
    ...(isSeveral ? [each.class] : []),
    each.column,
    fixed(each.estimate, 4),
    each.standardError === null ? "" : fixed(each.standardError, 4),
    each.z === null ? "" : fixed(each.z, 2),
    each.p === null ? "" : probability(each.p),
    ratio(each.oddsRatio),
    each.oddsRatioInterval === null ? "" : each.oddsRatioInterval.map(ratio).join(" to "),
  ]);
  const header = [
    ...(isSeveral ? ["class"] : []),
    "column",
    "log-odds",
    "std. error",
    "z",
    "p",
    "odds ratio",
    "95 % interval",
  ];
  const right = header.map((_, j) => j).slice(isSeveral ? 2 : 1, -1);
  const rest =
    all.length > shown.length
      ? [`  … and ${count(all.length - shown.length)} more, in --json and in the model`]
      : [];
  return [
    `Coefficients, per unit of the column, against ${all[0].reference}${isSeveral ? "" : ` (log-odds of ${classes[0]})`}; ${kindInWords[kind] ?? kind}`,
    ...table([header, ...rows], right).map((line) => `  ${line}`),
    ...rest,
    "",
  ];
}

const kindInWords: Readonly<Record<string, string>> = {
  wald: "Wald standard errors",
  laplace: "standard errors of the posterior under the penalty (Laplace)",
  sandwich: "standard errors of the penalized estimate around its biased center (sandwich)",
  robust: "robust standard errors (HC0)",
  cluster: "standard errors clustered by group",
};

function fixed(value: number, digits: number): string {
  return Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 0.5 * 10 ** -digits)
    ? value.toExponential(2)
    : value.toFixed(digits);
}

/** 0.0123, < 1e-4 as 3.2e-9 */
function probability(p: number): string {
  return p < 1e-4 ? p.toExponential(1) : p.toFixed(4);
}

function ratio(value: number): string {
  return value >= 1e5 || value < 1e-3 ? value.toExponential(2) : value.toPrecision(4);
}
