import type { Classifier } from "@sigmax/core";
import type { Guarantees } from "@sigmax/core/artifact";
import { evaluateSets, feasibleCoverage, rowsNeeded, type PredictionSets } from "@sigmax/core/conformal";
import type { Labels } from "@sigmax/core/data";
import { setsOf } from "../commands/guarantees.ts";
import type { RowSet } from "../commands/rows.ts";
import type { SetFigures } from "./decision-data.ts";

/** Null where the model has no label sets. */
export function setsOfRows(
  model: Classifier,
  guarantees: Guarantees | null,
  rows: RowSet,
): PredictionSets | null {
  return guarantees && setsOf(model, guarantees, rows);
}

export function setFigures(
  found: PredictionSets,
  { sets, groupColumn }: Guarantees,
  labels: Labels,
): SetFigures | null {
  if (sets === null) return null;
  const fewest = Math.min(...sets.thresholds.map(({ rows }) => rows));
  return {
    method: sets.method,
    by: sets.by,
    groupColumn,
    thresholds: sets.thresholds,
    evaluation: evaluateSets(found, labels),
    feasible: feasibleCoverage(fewest),
    rowsNeeded: rowsNeeded(sets.coverage),
  };
}
