import { classTotals } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { chooseLambda, openElasticNet, type ElasticNetData, type LambdaChoice } from "../optimize/index.ts";
import type { PreparedData } from "./data.ts";
import type { ExactOptions } from "./exact-options.ts";
import { nullLogLikelihood, unitFactors } from "./exact-rows.ts";
import type { Fitted } from "./minibatch.ts";

/** Numbers of features that coordinate descent takes, in float64. */
const mostNumbers = 2 ** 26;

/** λ by cross-validation over the training rows. */
export function chooseL2(
  data: PreparedData,
  outputs: number,
  sampleWeights: Float64Array | null,
  units: "standardized" | "original",
  { chooseL2: rule, chooseFolds = 10, l1Ratio = 0, seed = 0, signal }: ExactOptions,
): LambdaChoice {
  return chooseLambda(netOf(data, outputs, sampleWeights, units), l1Ratio, data.labels, {
    rule: rule ?? "one-standard-error",
    folds: chooseFolds,
    groups: data.groups ?? undefined,
    seed,
    signal,
  });
}

/** The optimum with Σ|w| in the penalty: some weights are exactly 0. */
export function fitSparsely(
  data: PreparedData,
  outputs: number,
  sampleWeights: Float64Array | null,
  l2: number,
  units: "standardized" | "original",
  { l1Ratio = 0, tolerance = 1e-8, covariance = "auto", signal }: ExactOptions,
): { parameters: Float64Array; training: Pick<Fitted["training"], "status" | "optimum"> } {
  if (l2 === 0) throw new InputError("fitClassifier: l1Ratio is a share of the penalty, but l2 is 0");
  if (covariance !== "auto" && covariance !== "none")
    throw new InputError(
      `fitClassifier: covariance: weights that a penalty on |w| has chosen have no ${covariance} covariance; refit the chosen columns with l1Ratio 0, or leave it out`,
    );
  const net = openElasticNet(netOf(data, outputs, sampleWeights, units), l1Ratio, {
    tolerance: 1e-4 * tolerance,
    signal,
  });
  // By way of stronger penalties, as along a path: each start is near its end.
  let rounds = 0;
  for (let lambda = net.largestLambda; lambda > 2 * l2; lambda /= 2) rounds += net.fit(lambda).rounds;
  const fit = net.fit(l2);
  rounds += fit.rounds;
  return {
    parameters: fit.parameters,
    training: {
      status: fit.gap <= tolerance * fit.objective ? "certified" : fit.status,
      optimum: {
        objective: fit.objective,
        gap: fit.gap,
        decrement: null,
        gradientNorm: fit.gradientNorm,
        iterations: rounds,
        passes: rounds,
        logLikelihood: -fit.loss,
        nullLogLikelihood: nullLogLikelihood(classTotals(data.labels, sampleWeights)),
        // As many as there are weights not 0: Zou, Hastie & Tibshirani, Annals of Statistics 35 (2007).
        degreesOfFreedom: fit.nonzeros + outputs - (outputs > 1 ? 1 : 0),
      },
    },
  };
}

function netOf(
  data: PreparedData,
  outputs: number,
  sampleWeights: Float64Array | null,
  units: "standardized" | "original",
): ElasticNetData {
  const { features, labels, rows } = data;
  const columns = features.columns.length;
  if (rows * columns > mostNumbers)
    throw new InputError(
      `fitClassifier: ${rows} rows of ${columns} features are more than coordinate descent takes (${mostNumbers} numbers); take l1Ratio 0 with a given l2, or fewer rows`,
    );
  const values = data.exactValues();
  const l1Factors = unitFactors(features, { values, scale: 1 }, units);
  return {
    values,
    columns,
    labels: labels.indices,
    outputs,
    sampleWeights,
    l1Factors,
    l2Factors: l1Factors.map((factor) => factor * factor),
  };
}
