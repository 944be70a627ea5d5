import { InputError } from "../errors/index.ts";
import { checkIntervals } from "./check-intervals.ts";
import { checkLength, checkRows } from "./check.ts";
import type { Choice } from "./choice.ts";
import { chooseByCost } from "./cost-choice.ts";
import type { DecideInput, Decisions } from "./decision.ts";
import { describeRow } from "./describe-row.ts";
import type { Policy } from "./policy.ts";
import { bitOf, reasons, type Reason } from "./reasons.ts";
import { chooseByRisk, chooseByThreshold } from "./threshold-choice.ts";

/**
 * Acts or refers, row by row. The policy prefers an action; then a doubt of its `referWhen` may refer the row: more than
 * one label in the set, none, or an interval inside which another action would be preferred (over the box of the intervals
 * and Σ p = 1). In one pass over the columns: some million rows a second without intervals.
 *
 * @throws InputError when probabilities, intervals, sets or costs do not fit the policy or each other
 */
export function decide(policy: Policy, input: DecideInput): Decisions {
  const { probabilities, low, high, sets, promises = [], ids = {} } = input;
  checkInput(policy, input);
  const { rows, columns } = probabilities;
  const choice = chooseBy(policy, input);
  const { reasons: reasonBits, expectedCosts } = choice;
  if (sets) markSets(sets, columns, reasonBits);
  if (low && high) markFragile(choice, low, high);
  const doubt = policy.referWhen.reduce((bits, reason) => bits | bitOf(reason), 0);
  const action = choice.action.slice();
  let referred = 0;
  for (let row = 0; row < rows; row++) {
    if (policy.referral >= 0 && (reasonBits[row] & doubt) !== 0) action[row] = policy.referral;
    if (action[row] === policy.referral) referred++;
  }
  const columnsOfRows = {
    rows,
    classes: policy.classes,
    actions: policy.actions,
    referral: policy.referral,
    action,
    preferred: choice.action,
    reasonBits,
    expectedCosts,
    referred,
    reasonCounts: countReasons(reasonBits),
    promises: input.guarantee?.feasible ? [input.guarantee.sentence, ...promises] : promises,
  };
  return { ...columnsOfRows, decisionAt: (row) => describeRow(policy, columnsOfRows, input, ids, row) };
}

function chooseBy(policy: Policy, { probabilities, rowCosts = {}, guarantee }: DecideInput): Choice {
  if (policy.kind === "costs") return chooseByCost(policy, probabilities, rowCosts);
  if (policy.kind === "thresholds") return chooseByThreshold(policy, probabilities);
  if (!guarantee)
    throw new InputError(
      "decide: a policy with a target risk needs a guarantee: what fitSelective finds on rows kept for it",
    );
  if (guarantee.targetRisk > policy.targetRisk || guarantee.confidence < policy.confidence)
    throw new InputError(
      `decide: the policy asks for a risk of ${policy.targetRisk} with confidence ${policy.confidence}, the guarantee is for ${guarantee.targetRisk} with ${guarantee.confidence}`,
    );
  return chooseByRisk(policy, probabilities, guarantee);
}

function markSets(sets: ArrayLike<number>, columns: number, output: Uint8Array): void {
  const [ambiguous, atypical] = [bitOf("ambiguous"), bitOf("atypical")];
  for (let row = 0, at = 0; row < output.length; row++) {
    let size = 0;
    for (let k = 0; k < columns; k++) size += sets[at++];
    if (size > 1) output[row] |= ambiguous;
    if (size === 0) output[row] |= atypical;
  }
}

function markFragile(choice: Choice, low: Float64Array, high: Float64Array): void {
  const { reasons: output } = choice;
  const fragile = bitOf("fragile");
  for (let row = 0; row < output.length; row++) if (choice.changes(row, low, high)) output[row] |= fragile;
}

function countReasons(bits: Uint8Array): Record<Reason, number> {
  const places = new Float64Array(reasons.length);
  for (let row = 0; row < bits.length; row++)
    for (let rest = bits[row]; rest !== 0; rest &= rest - 1) places[31 - Math.clz32(rest & -rest)]++;
  const [ambiguous, atypical, fragile, costly, infeasible, below] = places;
  return {
    ambiguous,
    atypical,
    fragile,
    costly,
    "guarantee-not-feasible": infeasible,
    "below-threshold": below,
  };
}

function checkInput(
  policy: Policy,
  { probabilities, classes, low, high, sets, guarantee }: DecideInput,
): void {
  if (
    classes &&
    (classes.length !== policy.classes.length || classes.some((name, k) => name !== policy.classes[k]))
  )
    throw new InputError(
      `decide: the policy is for the classes ${policy.classes.join(", ")}, the probabilities are of ${classes.join(", ")}`,
    );
  checkRows("decide", probabilities, policy.classes.length);
  if (guarantee && policy.kind !== "risk")
    throw new InputError(
      "decide: a guarantee of selective risk is for a policy with a targetRisk: referring more or fewer rows would void it",
    );
  const { values, columns } = probabilities;
  if ((low === undefined) !== (high === undefined))
    throw new InputError("decide: intervals need both ends, low and high, got one of them");
  if (low && high) checkIntervals("decide", probabilities, low, high);
  if (!sets) return;
  checkLength("decide", "marks of label sets", sets, values.length);
  for (let i = 0; i < sets.length; i++)
    if (sets[i] !== 0 && sets[i] !== 1)
      throw new InputError(
        `decide: marks of label sets must be 0 or 1, got ${sets[i]} at row ${Math.floor(i / columns)}, column ${i % columns}`,
      );
}
