import type { ModelInference } from "../model/index.ts";

/** The covariance of the coefficients as one matrix, where the model keeps it so. */
export function fullCovarianceOf(inference: ModelInference | null): Float64Array | undefined {
  const covariance = inference?.covariance;
  return covariance === undefined || covariance.kind === "kronecker" ? undefined : covariance.values;
}
