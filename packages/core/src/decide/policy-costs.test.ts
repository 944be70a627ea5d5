import { expect, test } from "vitest";
import references from "../../test/references/decisions.json" with { type: "json" };
import type { Labels, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { sigmoid } from "../functions/index.ts";
import { decide } from "./decide.ts";
import { policyCosts } from "./policy-costs.ts";
import type { CostPolicy } from "./policy.ts";
import { readPolicy } from "./read-policy.ts";

const classes = ["benign", "malignant"];

function costPolicy(json: unknown): CostPolicy {
  const policy = readPolicy(json, classes);
  if (policy.kind !== "costs") throw new Error("not a policy of costs");
  return policy;
}

const costs = { treat: { benign: 1, malignant: 0 }, wait: { benign: 0, malignant: 50 }, refer: 0.4 };
const biopsy = costPolicy({ costs });

function rowsOf(events: readonly number[]): Probabilities {
  const values = Float64Array.from(events.flatMap((p) => [1 - p, p]));
  return { rows: events.length, columns: 2, values, unit: "probabilities" };
}

const probabilities = rowsOf([0.001, 0.3, 0.5, 0.9]);
const labels: Labels = { classes, indices: Int32Array.of(0, 0, 1, 1) };

test("four rows by hand, beside always the same and the most probable class", () => {
  const decisions = decide(biopsy, { probabilities });
  expect(Array.from(decisions.action, (a) => biopsy.actions[a])).toEqual(["wait", "refer", "refer", "treat"]);
  const found = policyCosts(biopsy, decisions, probabilities, labels);
  expect(found.map(({ strategy }) => strategy)).toEqual([
    "policy",
    "always treat",
    "always wait",
    "always refer",
    "most probable class",
  ]);
  // Of equal probabilities the first class counts: row 2 waits, and is missed.
  for (const [i, mean] of [0.2, 0.5, 25, 0.4, 12.5].entries()) {
    expect(found[i].mean).toBeCloseTo(mean, 14);
    expect(found[i].difference).toBeCloseTo(mean - 0.2, 14);
  }
  expect(found[0].differenceInterval).toEqual([0, 0]);
  expect(found[3].interval[0]).toBeCloseTo(0.4, 14);
  expect(found[3].interval[1]).toBeCloseTo(0.4, 14);
});

test("acting on the most probable class never refers, even where that is cheapest", () => {
  const dear = costPolicy({
    costs: { treat: { benign: 3, malignant: 1 }, wait: { benign: 1, malignant: 50 }, refer: 0.4 },
  });
  const found = policyCosts(dear, decide(dear, { probabilities }), probabilities, labels);
  expect(found.map(({ mean }) => mean)).toEqual([0.4, 2, 25.5, 0.4, 13.25]);
});

test("breast cancer: the policy costs less than any fixed action and than the most probable class", () => {
  const { logOdds, labels: indices } = references.breastCancer;
  const rows = rowsOf(logOdds.map(sigmoid));
  const found = policyCosts(biopsy, decide(biopsy, { probabilities: rows }), rows, {
    classes,
    indices: Int32Array.from(indices),
  });
  for (const other of found.slice(1)) expect(other.difference).toBeGreaterThan(0);
  expect(found[1].differenceInterval[0]).toBeGreaterThan(0);
  const [{ mean, interval }] = found;
  expect(interval[0]).toBeLessThan(mean);
  expect(interval[1]).toBeGreaterThan(mean);
});

test("costs of single rows are realised row by row", () => {
  const policy = costPolicy({
    costs: { treat: costs.treat, wait: costs.wait },
    costColumns: { refer: "visit" },
  });
  const rowCosts = { visit: [0, 1, 2, 3] };
  const found = policyCosts(policy, decide(policy, { probabilities, rowCosts }), probabilities, labels, {
    rowCosts,
  });
  expect(found[3]).toMatchObject({ strategy: "always refer", mean: 1.5 });
});

test("decisions of another kind of policy are judged when their actions have a cost", () => {
  const thresholds = readPolicy(
    { thresholds: { malignant: { atLeast: 0.4, action: "treat" } }, otherwise: "wait" },
    classes,
  );
  const decisions = decide(thresholds, { probabilities });
  expect(policyCosts(biopsy, decisions, probabilities, labels)[0].mean).toBe(0);
  const byLabel = decide(readPolicy({ thresholds: { malignant: 0.4 } }, classes), { probabilities });
  expect(() => policyCosts(biopsy, byLabel, probabilities, labels)).toThrow(
    new InputError('policyCosts: the policy has no cost for the action "malignant" of row 2'),
  );
});

test("labels of another model, or too few decisions, are refused", () => {
  const decisions = decide(biopsy, { probabilities });
  expect(() => policyCosts(biopsy, decisions, probabilities, { ...labels, classes: ["cat", "dog"] })).toThrow(
    new InputError("policyCosts: the policy is for the classes benign, malignant, the labels are cat, dog"),
  );
  const fewer = decide(biopsy, { probabilities: rowsOf([0.5]) });
  expect(() => policyCosts(biopsy, fewer, probabilities, labels)).toThrow(
    new InputError("policyCosts: needs one decision per row, 4, got 1"),
  );
});
