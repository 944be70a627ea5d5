import { expect, test } from "vitest";
import type { LabelSets, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { decideLabels } from "./decide-labels.ts";
import { labelPolicyCosts } from "./label-policy-costs.ts";
import { readLabelPolicy } from "./label-policy.ts";

const labels = ["spam", "urgent"];
const costs = { "*": { falsePositive: 1, falseNegative: 4, refer: 0.4 }, urgent: { falseNegative: 9 } };
const policy = readLabelPolicy({ costs }, labels);
const probabilities: Probabilities = {
  rows: 3,
  columns: 2,
  values: Float64Array.of(0.9, 0.01, 0.55, 0.75, 0.05, 0.02),
  unit: "probabilities",
};
const carried: LabelSets = { names: labels, rows: 3, values: Uint8Array.of(1, 0, 1, 0, 1, 0) };
const decisions = decideLabels(policy, { probabilities });

test("three rows by hand, beside no label, those as likely as not, and referring all", () => {
  expect([...decisions.actions]).toEqual([1, 0, 2, 1, 0, 0]);
  const found = labelPolicyCosts(policy, decisions, probabilities, carried);
  expect(found.map(({ strategy }) => strategy)).toEqual([
    "policy",
    "no label",
    "labels as likely as not",
    "refer every label",
  ]);
  // Rows: right; a referral and a false "urgent"; "spam" missed.
  const means = [(0 + 1.4 + 4) / 3, (4 + 4 + 4) / 3, (0 + 1 + 4) / 3, 0.8];
  found.forEach(({ mean, difference, interval: [low, high] }, i) => {
    expect(mean).toBeCloseTo(means[i], 14);
    expect(difference).toBeCloseTo(means[i] - means[0], 14);
    expect(low).toBeLessThanOrEqual(mean);
    expect(high).toBeGreaterThanOrEqual(mean);
  });
  expect(found[0].differenceInterval).toEqual([0, 0]);
});

test("labels that cannot be referred leave out the way that refers all", () => {
  const plain = readLabelPolicy({ costs: { "*": { falsePositive: 1, falseNegative: 4 } } }, labels);
  const own = decideLabels(plain, { probabilities });
  const names = labelPolicyCosts(plain, own, probabilities, carried).map(({ strategy }) => strategy);
  expect(names).toEqual(["policy", "no label", "labels as likely as not"]);
  expect(() => labelPolicyCosts(plain, decisions, probabilities, carried)).toThrow(
    new InputError('labelPolicyCosts: "spam" is referred at row 1, and referring it has no cost'),
  );
});

test("what does not fit together is refused in one sentence", () => {
  const thresholds = readLabelPolicy({ thresholds: { "*": 0.5 } }, labels);
  expect(() => labelPolicyCosts(thresholds, decisions, probabilities, carried)).toThrow(
    "labelPolicyCosts: the policy has thresholds and no costs",
  );
  expect(() => labelPolicyCosts(policy, decisions, probabilities, { ...carried, names: ["a", "b"] })).toThrow(
    "labelPolicyCosts: the policy is for the labels spam, urgent, the rows carry a, b",
  );
  const short = { actions: decisions.actions.subarray(2) };
  expect(() => labelPolicyCosts(policy, short, probabilities, carried)).toThrow(
    "labelPolicyCosts: needs a probability, a mark and an action of 3 rows × 2 labels each, got 6, 6 and 4",
  );
});
