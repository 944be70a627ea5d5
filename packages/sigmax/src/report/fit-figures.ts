import type { Classifier } from "@sigmax/core";
import { coefficients, fitSummary } from "@sigmax/core/inference";
import { linearLayerOf, takesTexts } from "@sigmax/core/model";
import type { FitFigures, ReportedCoefficient } from "./data.ts";

/** Null for a model that no exact solver made. */
export function fitFigures(model: Classifier): FitFigures | null {
  const summary = fitSummary(model);
  const { optimum, options } = model.training;
  if (summary === null || optimum === null || !("choice" in options)) return null;
  const { weights } = linearLayerOf(model, "report");
  let nonzeros = 0;
  for (const weight of weights) if (weight !== 0) nonzeros++;
  return {
    summary,
    optimum,
    settings: options,
    covariance: model.inference?.covariance.kind ?? null,
    nonzeros,
    weights: weights.length,
  };
}

/** None where no exact solver made the model, its columns are pixels, or texts with a weight for each of many terms. */
export function reportedCoefficients(model: Classifier): readonly ReportedCoefficient[] {
  const { features, training } = model;
  const { scaling, image } = features;
  if (training.optimum === null || image !== null || takesTexts(model)) return [];
  const size = features.columns.length + 1;
  return coefficients(model).map((each, i) => {
    const column = (i % size) - 1;
    if (column < 0) return { ...each, step: 1 };
    return { ...each, step: scaling.kind === "columns" ? scaling.scale[column] : scaling.scale };
  });
}
