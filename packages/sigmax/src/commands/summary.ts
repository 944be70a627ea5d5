import type { Classifier } from "@sigmax/core";
import { coefficients, fitSummary, type Coefficient } from "@sigmax/core/inference";
import { linearLayerOf, takesTexts } from "@sigmax/core/model";
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

/** Where an exact solver ended, and how near to the optimum that is proven to be; nothing of the others. */
export function endInWords({ training: { optimum, rows, status } }: Classifier): string[] {
  if (optimum === null) return [];
  const proof =
    optimum.gap === null
      ? `Newton decrement ${(optimum.decrement ?? 0).toExponential(1)}`
      : optimum.gap <= Number.EPSILON * optimum.objective // a bound below what float64 can tell apart
        ? "proven to be the optimum, as near as float64 can tell"
        : `proven to lie at most ${(optimum.gap / optimum.objective).toExponential(1)} (relative) above the optimum`;
  return [
    `Fit on ${count(rows)} training rows: ${status}, ${proof}; ${times(optimum.iterations, "iteration")}, ${times(optimum.passes, "pass")}`,
  ];
}

/** The summary of a fit as a statistician reads it. */
export function fitInWords(model: Classifier): string[] {
  const summary = fitSummary(model);
  const { optimum, options } = model.training;
  if (summary === null || optimum === null || !("choice" in options)) return [];
  const { inference, features } = model;
  const { choice, l2, l1Ratio } = options;
  const figures = [
    ...(choice || l1Ratio > 0
      ? [
          [
            "penalty λ",
            `${shortly(l2)} (glmnet's λ: ${shortly(l2 / summary.rows)})${choice ? `; lowest log-loss at ${shortly(choice.minimum)}, within one standard error up to ${shortly(choice.oneStandardError)}` : ""}`,
          ],
        ]
      : []),
    ...(l1Ratio > 0
      ? [
          [
            "nonzero weights",
            `${count(nonzerosOf(model))} of ${count(linearLayerOf(model, "summary").weights.length)}`,
          ],
        ]
      : []),
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
    ...endInWords(model),
    ...table(figures).map((line) => `  ${line}`),
    "",
    ...(features.image || takesTexts(model)
      ? []
      : coefficientLines(coefficients(model), inference?.covariance.kind ?? null)),
  ];
}

function coefficientLines(all: readonly Coefficient[], kind: string | null): string[] {
  const classes = [...new Set(all.map((each) => each.class))];
  const known = kind === null ? all.filter(({ estimate }) => estimate !== 0) : all;
  const shown = known.slice(0, mostLines);
  const isSeveral = classes.length > 1;
  const orNothing = (value: number | null, show: (value: number) => string): string =>
    value === null ? "" : show(value);
  const rows = shown.map((each) => [
    ...(isSeveral ? [each.class] : []),
    each.column,
    fixed(each.estimate, 4),
    ratio(each.oddsRatio),
    ...(kind === null
      ? []
      : [
          each.oddsRatioInterval === null ? "" : each.oddsRatioInterval.map(ratio).join(" to "),
          orNothing(each.standardError, (value) => fixed(value, 4)),
          orNothing(each.z, (value) => fixed(value, 2)),
          orNothing(each.p, probability),
        ]),
  ]);
  const header = [
    ...(isSeveral ? ["class"] : []),
    "column",
    "log-odds",
    "odds ratio",
    ...(kind === null ? [] : ["95 % interval", "std. error", "z", "p"]),
  ];
  const right = header.map((_, j) => j).slice(isSeveral ? 2 : 1);
  const rest =
    known.length > shown.length
      ? [`  … and ${count(known.length - shown.length)} more, in --json and in the model`]
      : [];
  return [
    `Coefficients, per unit of the column, against ${all[0].reference}${isSeveral ? "" : ` (log-odds of ${classes[0]})`}${kind === null ? "" : `; ${kindInWords[kind] ?? kind}`}`,
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

function nonzerosOf(model: Classifier): number {
  let found = 0;
  for (const weight of linearLayerOf(model, "summary").weights) if (weight !== 0) found++;
  return found;
}

function shortly(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** 0.0123, < 1e-4 as 3.2e-9; what float64 cannot hold is <1e-300 */
function probability(p: number): string {
  if (p < 1e-300) return "<1e-300";
  return p < 1e-4 ? p.toExponential(1) : p.toFixed(4);
}

/** Four digits; what float64 cannot hold is >1e308 or <1e-300. */
function ratio(value: number): string {
  if (value === Infinity) return ">1e308";
  if (value < 1e-300) return "<1e-300";
  return value >= 1e5 || value < 1e-3 ? value.toExponential(2) : value.toPrecision(4);
}

/** 1 pass, 2 passes. */
function times(number: number, what: "iteration" | "pass"): string {
  return `${count(number)} ${what}${number === 1 ? "" : what === "pass" ? "es" : "s"}`;
}
