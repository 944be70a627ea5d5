import type { MatrixData, TableData } from "@sigmax/core/train";
import { isTable, type Source } from "../sources/source.ts";
import { groupsIn, weightsIn, withoutCarried, type CarriedFlags } from "./carried.ts";
import type { TrainingRows } from "./rows.ts";

/** The training rows as the library takes them. */
export function trainingData(
  source: Source,
  rows: Pick<TrainingRows, "train" | "ledger">,
  flags: CarriedFlags,
): MatrixData | TableData {
  const { data, labels } = rows.train;
  const { ledger } = rows;
  const { columns, image, target } = source;
  const sampleWeights = weightsIn(data, flags);
  const groups = groupsIn(data, flags);
  const origin = {
    source: source.name,
    target,
    ledger,
    ...(sampleWeights && { sampleWeights }),
    ...(groups && { groups }),
  };
  return isTable(data)
    ? { table: withoutCarried(data, flags), labels, ...origin }
    : { features: data, labels, columns, image, ...origin };
}
