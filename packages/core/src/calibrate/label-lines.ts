import type { Logits } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import type { Calibrator } from "../model/index.ts";
import { checkNumbers } from "./calibrator.ts";

/** For each label of a model of several a line in its own log-odds: σ(aₖ·zₖ + bₖ). */
export interface LabelLines extends Calibrator {
  readonly kind: "labels";
  /** One of each per label. */
  readonly slopes: Float64Array;
  readonly intercepts: Float64Array;
}

/** @throws InputError unless slopes and intercepts are finite and as many, at least one */
export function createLabelLines({
  slopes,
  intercepts,
}: Pick<LabelLines, "slopes" | "intercepts">): LabelLines {
  checkNumbers("createLabelLines", "slopes", slopes);
  checkNumbers("createLabelLines", "intercepts", intercepts);
  if (slopes.length !== intercepts.length)
    throw new InputError(
      `createLabelLines: slopes and intercepts must be as many, one per label, got ${slopes.length} and ${intercepts.length}`,
    );
  return {
    kind: "labels",
    parameterCount: 2 * slopes.length,
    numbers: { slopes, intercepts },
    slopes,
    intercepts,
    apply: (logits) => mapColumns(logits, slopes, intercepts),
  };
}

function mapColumns(logits: Logits, slopes: Float64Array, intercepts: Float64Array): Logits {
  const { columns } = logits;
  if (columns !== slopes.length)
    throw new InputError(
      `labels.apply: logits must have ${slopes.length} columns, one per label, got ${columns}`,
    );
  const values = new Float64Array(logits.values.length);
  for (let i = 0; i < values.length; i++) {
    const z = logits.values[i];
    const k = i % columns;
    if (Number.isNaN(z))
      throw new InputError(
        `labels.apply: logits must be numbers, got NaN at row ${Math.floor(i / columns)}, column ${k}`,
      );
    values[i] = Number.isFinite(z) ? slopes[k] * z + intercepts[k] : z; // 0 and 1 stay certain
  }
  return { ...logits, values };
}
