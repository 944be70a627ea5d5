import { listOf } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import type { DecideInput, Decision, DecisionIds, Decisions } from "./decision.ts";
import type { Policy } from "./policy.ts";
import { reasonsOf, type Reason } from "./reasons.ts";
import { numberText, percent } from "./sentences.ts";

/** One row of the columns as an object. @throws InputError when there is no such row */
export function describeRow(
  policy: Policy,
  decisions: Omit<Decisions, "decisionAt">,
  { probabilities, low, high, sets, guarantee }: DecideInput,
  ids: DecisionIds,
  row: number,
): Decision {
  const { rows, actions, classes, referral, action, preferred, reasonBits, expectedCosts, promises } =
    decisions;
  if (!Number.isInteger(row) || row < 0 || row >= rows)
    throw new InputError(`decisionAt: row must be a whole number in [0, ${rows}), got ${row}`);
  const start = row * classes.length;
  const shares = classes.map((name, k) => ({
    class: name,
    probability: probabilities.values[start + k],
    interval: low && high ? ([low[start + k], high[start + k]] as const) : null,
  }));
  const costs =
    expectedCosts &&
    actions.map((name, a) => ({
      action: name,
      cost: expectedCosts[row * actions.length + a],
    }));
  const labelSet = sets ? classes.filter((_, k) => sets[start + k] === 1) : null;
  const best = actions[preferred[row]];
  const top = Math.max(...shares.map(({ probability }) => probability));
  const sentences: Readonly<Record<Reason, string>> = {
    ambiguous: `more than one label is possible: ${listOf(labelSet ?? [])}`,
    atypical: "no label is typical enough for this case",
    fragile: `inside the intervals of the probabilities another action than "${best}" can be the best`,
    costly: costs ? costlySentence(costs, actions[referral]) : "",
    "guarantee-not-feasible": guarantee?.sentence ?? "",
    "below-threshold":
      policy.kind === "risk" && guarantee
        ? `the largest probability, ${percent(top)}, is not above ${percent(guarantee.threshold)}`
        : "no probability reaches its threshold",
  };
  return {
    row,
    action: actions[action[row]],
    referred: action[row] === referral,
    preferred: best,
    classes: shares,
    labelSet,
    expectedCosts: costs,
    reasons: reasonsOf(reasonBits[row]).map((code) => ({ code, sentence: sentences[code] })),
    promises,
    ids,
  };
}

function costlySentence(costs: NonNullable<Decision["expectedCosts"]>, refer: string): string {
  const referring = costs.find(({ action }) => action === refer);
  const [cheapest] = costs.filter(({ action }) => action !== refer).toSorted((a, b) => a.cost - b.cost);
  return `referring costs ${numberText(referring?.cost ?? 0)}, the best action, "${cheapest.action}", is expected to cost ${numberText(cheapest.cost)}`;
}
