import { InputError } from "@sigmax/core";
import type { SavedModel } from "@sigmax/core/artifact";
import type { PredictionSets } from "@sigmax/core/conformal";
import type { Probabilities } from "@sigmax/core/data";
import {
  decide,
  policyCosts,
  readLabelPolicy,
  type CostPolicy,
  type LabelPolicy,
  type StrategyCost,
} from "@sigmax/core/decide";
import { predictIntervals } from "@sigmax/core/inference";
import { costsIn } from "./cases.ts";
import { acceptedOf, type AcceptedRows } from "./decision-tally.ts";
import { openPolicy, readPolicyFile } from "./policy-file.ts";
import type { RowSet } from "./rows.ts";

/** @throws InputError also when it has no costs */
export async function openCostPolicy(path: string, classes: readonly string[]): Promise<CostPolicy> {
  const { policy } = await openPolicy(path, classes);
  if (policy.kind === "costs") return policy;
  throw costless(path);
}

/** The same for labels. */
export async function openLabelCostPolicy(path: string, labels: readonly string[]): Promise<LabelPolicy> {
  const { value } = await readPolicyFile(path, (json) => readLabelPolicy(json, labels));
  if (value.kind === "costs") return value;
  throw costless(path);
}

function costless(path: string): InputError {
  return new InputError(
    `${path}: evaluate weighs costs, and this policy has none; decide shows what it does`,
  );
}

/** What a policy costs on rows with known classes, as `decide` would act on them. */
export function costsOfPolicy(
  model: SavedModel,
  policy: CostPolicy,
  sourceName: string,
  { data, labels }: RowSet,
  sets: PredictionSets | null,
  seed: number,
): readonly StrategyCost[] {
  const found = model.inference === null ? null : predictIntervals(model, data);
  const probabilities = found?.probabilities ?? model.predict(data);
  const rowCosts = costsIn(sourceName, data, policy);
  const decisions = decide(policy, {
    probabilities,
    rowCosts,
    ...(found && { low: found.low, high: found.high }),
    ...(sets && { sets: sets.members }),
  });
  return policyCosts(policy, decisions, probabilities, labels, { rowCosts, seed });
}

/** What the guarantee of risk accepts of some rows, and how often it is wrong; null where there is none. */
export function acceptedBy(
  { guarantees, classes }: SavedModel,
  probabilities: Probabilities,
  { labels }: RowSet,
): (AcceptedRows & { readonly targetRisk: number }) | null {
  const guarantee = guarantees?.selective ?? null;
  if (guarantee === null) return null;
  const { targetRisk, confidence } = guarantee;
  const referral = classes.length;
  const policy = {
    kind: "risk",
    classes,
    actions: [...classes, "refer"],
    referral,
    referWhen: [],
    targetRisk,
    confidence,
  } as const;
  const { action } = decide(policy, { probabilities, guarantee });
  return { targetRisk, ...acceptedOf(policy, action, probabilities, labels) };
}
