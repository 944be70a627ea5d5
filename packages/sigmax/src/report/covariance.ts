import type { ModelInference } from "@sigmax/core/model";

type CovarianceKind = ModelInference["covariance"]["kind"];

/** What the intervals of coefficients and probabilities mean, in one plain sentence. */
export function covarianceInWords(kind: CovarianceKind | null, isPenalized: boolean): string {
  if (kind === null)
    return "The model keeps no covariance of its coefficients, so neither they nor the probabilities of single rows have intervals.";
  const pull = isPenalized ? ", around a center that the penalty has pulled towards 0" : "";
  const meanings: Readonly<Record<CovarianceKind, string>> = {
    wald: "Intervals of coefficients and of probabilities are Wald’s: how far they would vary from one draw of training rows to another, if the model is right.",
    laplace:
      "Intervals of coefficients and of probabilities are Laplace’s: the penalty is read as a belief, held before any row was seen, that the weights are near 0, and the intervals hold 95 % of what is believed once the rows are seen.",
    kronecker:
      "Intervals of probabilities are Laplace’s for the last layer, the layers below taken as they are, from the two factors of its covariance: they hold about 95 % of what is believed once the rows are seen.",
    sandwich: `Intervals of coefficients and of probabilities are of the sandwich form: how the estimate would vary from one draw of training rows to another${pull}; the pull itself is not in them.`,
    robust: `Intervals of coefficients and of probabilities are robust (HC0): how the estimate would vary from one draw of training rows to another${pull}, also where the model is not quite right.`,
    cluster: `Intervals of coefficients and of probabilities are clustered: how the estimate would vary from one draw of groups to another${pull}, the rows of one group taken together.`,
  };
  return meanings[kind];
}
