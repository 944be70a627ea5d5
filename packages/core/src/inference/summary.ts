import { log } from "../kernels/elementary.ts";
import type { Classifier } from "../model/index.ts";
import { chiSquaredUpperTail } from "../statistics/index.ts";

/** How well a model fits its training rows, as a statistician asks it. Logarithms are natural. */
export interface FitSummary {
  readonly rows: number;
  readonly logLikelihood: number;
  /** Of the model with intercepts alone. */
  readonly nullLogLikelihood: number;
  /** Coefficients, intercepts included; with a penalty the effective number tr(H H_λ⁻¹). Null where that was not computed. */
  readonly degreesOfFreedom: number | null;
  /** −2 ln L + 2 df, and −2 ln L + df ln n. */
  readonly aic: number | null;
  readonly bic: number | null;
  /** 1 − ln L / ln L₀ */
  readonly mcFaddenR2: number;
  /** 2 (ln L − ln L₀) against χ²; null with a penalty, where the statistic has no such distribution. */
  readonly likelihoodRatio: {
    readonly statistic: number;
    readonly degrees: number;
    readonly p: number;
  } | null;
}

/** Null for a model that no exact solver made. */
export function fitSummary({ training, classes }: Classifier): FitSummary | null {
  const { optimum, rows, options } = training;
  if (optimum === null || !("choice" in options)) return null;
  const { logLikelihood, nullLogLikelihood, degreesOfFreedom } = optimum;
  const isPenalized = options.l2 > 0;
  const statistic = 2 * (logLikelihood - nullLogLikelihood);
  const degrees = degreesOfFreedom === null ? 0 : Math.round(degreesOfFreedom) - (classes.length - 1);
  return {
    rows,
    logLikelihood,
    nullLogLikelihood,
    degreesOfFreedom,
    aic: degreesOfFreedom === null ? null : -2 * logLikelihood + 2 * degreesOfFreedom,
    bic: degreesOfFreedom === null ? null : -2 * logLikelihood + degreesOfFreedom * log(rows),
    mcFaddenR2: 1 - logLikelihood / nullLogLikelihood,
    likelihoodRatio:
      isPenalized || degrees < 1
        ? null
        : { statistic, degrees, p: chiSquaredUpperTail(Math.max(0, statistic), degrees) },
  };
}
