import { decide, readPolicy, type Policy } from "@sigmax/core/decide";
import { expect, test } from "vitest";
import { withoutReferral } from "./second-decision.ts";

const classes = ["benign", "malignant"];

/** The actions for rows with these probabilities of the second class. */
function actionsOf(policy: Policy, ...shares: number[]): string[] {
  const values = Float64Array.from(shares.flatMap((p) => [1 - p, p]));
  const probabilities = { rows: shares.length, columns: 2, values, unit: "probabilities" } as const;
  const { action, actions } = decide(policy, { probabilities });
  return Array.from(action, (place) => actions[place]);
}

test("a policy of costs without referral takes the cheapest of its other actions", () => {
  const costs = { treat: { benign: 1, malignant: 0 }, wait: { benign: 0, malignant: 50 }, refer: 0.1 };
  const policy = readPolicy({ costs, costColumns: { refer: "price" } }, classes);
  // 1 − p < 50 p above p = 1/51 ≈ 0.0196
  expect(actionsOf(withoutReferral(policy), 0.0195, 0.0197, 0.5)).toEqual(["wait", "treat", "treat"]);
});

test("a target risk without referral takes the most probable class", () => {
  const policy = readPolicy({ targetRisk: 0.01 }, classes);
  expect(actionsOf(withoutReferral(policy), 0.49, 0.51, 0)).toEqual(["benign", "malignant", "benign"]);
});

test("thresholds without referral take the class nearest to its threshold, or what else is said", () => {
  const thresholds = { benign: 0.9, malignant: 0.6 };
  const open = readPolicy({ thresholds }, classes);
  // p/0.6 against (1 − p)/0.9: equal at p = 0.4
  expect(actionsOf(open, 0.39, 0.41)).toEqual(["refer", "refer"]);
  expect(actionsOf(withoutReferral(open), 0.39, 0.41)).toEqual(["benign", "malignant"]);
  const closed = readPolicy(
    { thresholds: { malignant: { atLeast: 0.6, action: "treat" } }, otherwise: "wait" },
    classes,
  );
  expect(actionsOf(withoutReferral(closed), 0.59, 0.61)).toEqual(["wait", "treat"]);
});

test("a policy that refers nothing stays as it is", () => {
  const policy = readPolicy({ costs: { treat: 1, wait: { benign: 0, malignant: 9 } } }, classes);
  expect(withoutReferral(policy)).toBe(policy);
});
