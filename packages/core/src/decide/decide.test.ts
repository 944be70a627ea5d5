import { expect, test } from "vitest";
import type { Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { createGenerator } from "../random/index.ts";
import { decide } from "./decide.ts";
import { readPolicy } from "./read-policy.ts";
import { reasonsOf } from "./reasons.ts";
import { fitSelective } from "./selective.ts";

const classes = ["benign", "malignant"];
const costs = { treat: { benign: 1, malignant: 0 }, wait: { benign: 0, malignant: 50 }, refer: 2 };
const biopsy = readPolicy({ costs }, classes);

function probabilitiesOf(columns: number, ...values: number[]): Probabilities {
  return {
    rows: values.length / columns,
    columns,
    values: Float64Array.from(values),
    unit: "probabilities",
  };
}

const actionsOf = ({ actions, action }: { actions: readonly string[]; action: Int32Array }): string[] =>
  Array.from(action, (a) => actions[a]);

test("the action of least expected cost is taken: Elkan's threshold 1/51 for two classes", () => {
  const t = 1 / 51;
  const decisions = decide(biopsy, {
    probabilities: probabilitiesOf(2, 1 - t + 1e-6, t - 1e-6, 1 - t - 1e-6, t + 1e-6, 1, 0, 0, 1),
  });
  expect(actionsOf(decisions)).toEqual(["wait", "treat", "wait", "treat"]);
  expect([...(decisions.expectedCosts ?? [])].slice(6)).toEqual([1, 0, 2, 0, 50, 2]);
  expect(decisions.referred).toBe(0);
});

test("a row is referred, as costly, only where that is strictly cheaper than the best action", () => {
  const policy = readPolicy({ costs: { a: { x: 0, y: 4 }, b: { x: 4, y: 0 }, refer: 1 } }, ["x", "y"]);
  const decisions = decide(policy, { probabilities: probabilitiesOf(2, 0.75, 0.25, 0.74, 0.26, 0.5, 0.5) });
  expect(actionsOf(decisions)).toEqual(["a", "refer", "refer"]);
  expect(decisions.reasonCounts).toMatchObject({ costly: 2, fragile: 0 });
  expect(decisions.decisionAt(1).reasons).toEqual([
    { code: "costly", sentence: 'referring costs 1, the best action, "a", is expected to cost 1.04' },
  ]);
});

test("costs of single rows come from the columns that the policy names", () => {
  const policy = readPolicy(
    {
      costs: { treat: costs.treat, wait: { benign: 0 } },
      costColumns: { wait: { malignant: "loss" }, refer: "visit" },
    },
    classes,
  );
  const probabilities = probabilitiesOf(2, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1);
  const rowCosts = { loss: [1, 50, 50], visit: Float32Array.of(2, 2, 0.5) };
  expect(actionsOf(decide(policy, { probabilities, rowCosts }))).toEqual(["wait", "treat", "refer"]);
  expect(() => decide(policy, { probabilities, rowCosts: { loss: [1, 1, 1] } })).toThrow(
    new InputError('decide: the cost of "refer" is in a column "visit", which the rows lack'),
  );
  expect(() => decide(policy, { probabilities, rowCosts: { ...rowCosts, loss: [1, -1, 1] } })).toThrow(
    new InputError('decide: costs in column "loss" must be finite numbers ≥ 0, got -1 at row 1'),
  );
  expect(() => decide(policy, { probabilities, rowCosts: { ...rowCosts, loss: [1, 1] } })).toThrow(
    new InputError('decide: costs in column "loss" must be 3 in number, got 2'),
  );
});

test("a decision is fragile when another action can be the best inside the intervals, and then referred", () => {
  const probabilities = probabilitiesOf(2, 0.99, 0.01, 0.99, 0.01, 0.5, 0.5);
  const low = Float64Array.of(0.985, 0.005, 0.97, 0.005, 0.3, 0.3);
  const high = Float64Array.of(0.995, 0.015, 0.995, 0.03, 0.7, 0.7);
  const decisions = decide(biopsy, { probabilities, low, high });
  expect(actionsOf(decisions)).toEqual(["wait", "refer", "treat"]);
  expect(decisions.decisionAt(1)).toMatchObject({
    referred: true,
    preferred: "wait",
    classes: [{ interval: [0.97, 0.995] }, { interval: [0.005, 0.03] }],
    reasons: [
      {
        code: "fragile",
        sentence: 'inside the intervals of the probabilities another action than "wait" can be the best',
      },
    ],
  });
});

test("intervals of three classes are judged together with Σ p = 1, not one by one", () => {
  // b beats a only if q₂ > q₀ + q₁: not possible while q₂ ≤ 0.45, though q₀ and q₁ may each fall to 0.2.
  const policy = readPolicy({ costs: { a: { x: 0, y: 0, z: 1 }, b: { x: 1, y: 1, z: 0 }, refer: 9 } }, [
    "x",
    "y",
    "z",
  ]);
  const probabilities = probabilitiesOf(3, 0.4, 0.3, 0.3);
  const low = Float64Array.of(0.2, 0.2, 0.2);
  const firm = decide(policy, { probabilities, low, high: Float64Array.of(0.6, 0.6, 0.45) });
  expect(firm.reasonCounts.fragile).toBe(0);
  const soft = decide(policy, { probabilities, low, high: Float64Array.of(0.6, 0.6, 0.55) });
  expect(soft.reasonCounts.fragile).toBe(1);
});

test.each([
  [
    "costs",
    {
      costs: {
        a: { x: 0, y: 3, z: 5, w: 2 },
        b: { x: 2, y: 0, z: 3, w: 4 },
        c: { x: 4, y: 4, z: 0, w: 1 },
        refer: 1.4,
      },
    },
  ],
  [
    "thresholds",
    { thresholds: { x: { atLeast: 0.4, action: "a" }, y: 0.25, z: { atLeast: 0.5, action: "a" } } },
  ],
])("with %s, fragile is what a fine search of the simplex inside the box finds", (_, json) => {
  const policy = readPolicy(json, ["x", "y", "z", "w"]);
  const generator = createGenerator(11);
  const steps = 40;
  const grid: number[][] = [];
  for (let i = 0; i <= steps; i++)
    for (let j = 0; i + j <= steps; j++)
      for (let k = 0; i + j + k <= steps; k++) grid.push([i, j, k, steps - i - j - k].map((n) => n / steps));
  const gridActions = decide(policy, { probabilities: probabilitiesOf(4, ...grid.flat()) }).action;
  const seen = { fragile: 0, firm: 0, found: 0 };
  for (let trial = 0; trial < 300; trial++) {
    const middle = grid[generator.below(grid.length)];
    const width = 0.05 + 0.15 * generator.uniform();
    const low = Float64Array.from(middle, (p) => Math.max(0, p - width * generator.uniform()));
    const high = Float64Array.from(middle, (p) => Math.min(1, p + width * generator.uniform()));
    const decisions = decide(policy, { probabilities: probabilitiesOf(4, ...middle), low, high });
    const chosen = decisions.preferred[0];
    const found = grid.some(
      (point, i) => gridActions[i] !== chosen && point.every((p, k) => p >= low[k] && p <= high[k]),
    );
    const fragile = decisions.reasonCounts.fragile === 1;
    expect(fragile || !found, `near ${middle.join(", ")} a point of the grid has another action`).toBe(true);
    if (found) seen.found++;
    if (fragile) seen.fragile++;
    else seen.firm++;
  }
  // The grid misses little of what is there.
  expect(seen.firm).toBeGreaterThan(60);
  expect(seen.found).toBeGreaterThan(60);
  expect(seen.fragile - seen.found).toBeLessThan(45);
});

test("thresholds that Σ p = 1 keeps out of reach, or cannot miss, make no decision fragile", () => {
  const fragile = (thresholds: number[], p: number[], low: number[], high: number[]): number => {
    const policy = readPolicy({ thresholds: { x: thresholds[0], y: thresholds[1] } }, ["x", "y"]);
    const probabilities = probabilitiesOf(2, ...p);
    const ends = { low: Float64Array.from(low), high: Float64Array.from(high) };
    return decide(policy, { probabilities, ...ends }).reasonCounts.fragile;
  };
  // Both miss only below 0.5 and 0.4, which is no whole; x alone may seem to.
  expect(fragile([0.5, 0.4], [0.6, 0.4], [0.48, 0.35], [0.65, 0.42])).toBe(0);
  expect(fragile([0.6, 0.6], [0.65, 0.35], [0.48, 0.35], [0.65, 0.52])).toBe(1);
  // y at 0.37 wins only while x ≤ 0.37 · 0.5/0.3 < 0.62, but then x is 0.63; at 0.39 it can.
  expect(fragile([0.5, 0.3], [0.65, 0.35], [0.6, 0.3], [0.7, 0.37])).toBe(0);
  expect(fragile([0.5, 0.3], [0.65, 0.35], [0.6, 0.3], [0.7, 0.39])).toBe(1);
});

test("more than one label in the set, or none, refers; what referWhen leaves out is only named", () => {
  const probabilities = probabilitiesOf(2, 0.6, 0.4, 0.5, 0.5, 0.1, 0.9);
  const sets = Uint8Array.of(1, 1, 0, 0, 0, 1);
  const decisions = decide(biopsy, { probabilities, sets });
  expect(actionsOf(decisions)).toEqual(["refer", "refer", "treat"]);
  expect(Array.from(decisions.reasonBits, reasonsOf)).toEqual([["ambiguous"], ["atypical"], []]);
  expect(decisions.decisionAt(0).labelSet).toEqual(classes);
  expect(decisions.decisionAt(0).reasons[0].sentence).toBe(
    "more than one label is possible: benign, malignant",
  );
  const named = decide(readPolicy({ costs, referWhen: ["atypical"] }, classes), { probabilities, sets });
  expect(actionsOf(named)).toEqual(["treat", "refer", "treat"]);
  expect(named.reasonBits).toEqual(decisions.reasonBits);
});

test("a policy of costs without refer never refers, whatever the doubt", () => {
  const policy = readPolicy({ costs: { treat: costs.treat, wait: costs.wait } }, classes);
  const decisions = decide(policy, { probabilities: probabilitiesOf(2, 0.6, 0.4), sets: [1, 1] });
  expect(decisions.decisionAt(0)).toMatchObject({ action: "treat", referred: false });
  expect(decisions.referred).toBe(0);
});

test("of the classes that reach their threshold the one that exceeds it by the largest factor acts", () => {
  const policy = readPolicy(
    {
      thresholds: { malignant: { atLeast: 0.02, action: "treat" }, benign: { atLeast: 0.5, action: "wait" } },
    },
    classes,
  );
  const decisions = decide(policy, { probabilities: probabilitiesOf(2, 0.9, 0.1, 0.985, 0.015, 0.98, 0.02) });
  expect(actionsOf(decisions)).toEqual(["treat", "wait", "wait"]);
  const strict = readPolicy({ thresholds: { benign: 0.9, malignant: 0.9 } }, classes);
  const rows = decide(strict, { probabilities: probabilitiesOf(2, 0.9, 0.1, 0.89, 0.11) });
  expect(actionsOf(rows)).toEqual(["benign", "refer"]);
  expect(rows.decisionAt(1).reasons).toEqual([
    { code: "below-threshold", sentence: "no probability reaches its threshold" },
  ]);
});

test("with a target risk rows above the guarantee's threshold are accepted, and the promise is said", () => {
  const rows = 400;
  const kept: Probabilities = {
    rows,
    columns: 2,
    values: Float64Array.from({ length: 2 * rows }, (_, i) => {
      const p = 0.5 + Math.floor(i / 2) / 1000;
      return i % 2 === 0 ? p : 1 - p;
    }),
    unit: "probabilities",
  };
  const labels = {
    classes,
    indices: Int32Array.from({ length: rows }, (_, row) => (row < 60 ? row % 2 : 0)),
  };
  const guarantee = fitSelective(kept, labels, { targetRisk: 0.02, confidence: 0.9 });
  const policy = readPolicy({ targetRisk: 0.02, confidence: 0.9 }, classes);
  const { threshold } = guarantee;
  const probabilities = probabilitiesOf(2, threshold, 1 - threshold, threshold + 0.01, 0.99 - threshold);
  const decisions = decide(policy, {
    probabilities,
    guarantee,
    promises: ["another"],
    ids: { model: "m", policy: "p" },
  });
  expect(actionsOf(decisions)).toEqual(["refer", "benign"]);
  expect(decisions.decisionAt(1)).toMatchObject({
    referred: false,
    promises: [
      "in at most 2 % of accepted cases the label is wrong, with confidence 90 %, from 400 rows kept for this",
      "another",
    ],
    ids: { model: "m", policy: "p" },
  });
  expect(decisions.decisionAt(0).reasons[0].code).toBe("below-threshold");

  const none = fitSelective(kept, labels, { targetRisk: 0.001, confidence: 0.9 });
  const refused = decide(readPolicy({ targetRisk: 0.001 }, classes), { probabilities, guarantee: none });
  expect(refused.referred).toBe(2);
  expect(refused.decisionAt(0).reasons).toEqual([
    { code: "guarantee-not-feasible", sentence: none.sentence },
  ]);
  expect(refused.promises).toEqual([]); // what cannot be promised is no promise
  expect(() => decide(policy, { probabilities })).toThrow(/needs a guarantee/);
  const stricter = readPolicy({ targetRisk: 0.01 }, classes);
  expect(() => decide(stricter, { probabilities, guarantee })).toThrow(
    new InputError(
      "decide: the policy asks for a risk of 0.01 with confidence 0.9, the guarantee is for 0.02 with 0.9",
    ),
  );
  expect(() => decide(biopsy, { probabilities, guarantee })).toThrow(/would void it/);
});

const two = probabilitiesOf(2, 0.5, 0.5);

test.each([
  ["no rows", { probabilities: probabilitiesOf(2) }, "decide: at least one row is needed, got 0"],
  [
    "another number of classes",
    { probabilities: probabilitiesOf(3, 0.2, 0.3, 0.5) },
    "decide: probabilities must have one column per class, 2, got 3",
  ],
  [
    "a sum of 0.9",
    { probabilities: probabilitiesOf(2, 0.5, 0.5, 0.5, 0.4) },
    "decide: probabilities of a row must sum to 1, got 0.9 at row 1",
  ],
  [
    "NaN",
    { probabilities: probabilitiesOf(2, Number.NaN, 1) },
    "decide: probabilities must be in [0, 1], got NaN at row 0, column 0",
  ],
  [
    "another model's classes",
    { probabilities: two, classes: ["cat", "dog"] },
    "decide: the policy is for the classes benign, malignant, the probabilities are of cat, dog",
  ],
  [
    "one end of the intervals",
    { probabilities: two, low: Float64Array.of(0, 0) },
    "decide: intervals need both ends, low and high, got one of them",
  ],
  [
    "an interval beside its probability",
    { probabilities: two, low: Float64Array.of(0.6, 0.4), high: Float64Array.of(0.7, 0.6) },
    "decide: intervals must be in [0, 1] and hold their probability, got 0.6 to 0.7 around 0.5 at row 0, column 0",
  ],
  [
    "a set with too few marks",
    { probabilities: two, sets: [1] },
    "decide: marks of label sets must be 2 in number, got 1",
  ],
  [
    "a set with other marks",
    { probabilities: two, sets: [1, 2] },
    "decide: marks of label sets must be 0 or 1, got 2 at row 0, column 1",
  ],
])("%s is refused in one sentence", (_, input, message) => {
  expect(() => decide(biopsy, input)).toThrow(new InputError(message));
});

test("there is no row beyond the last", () => {
  expect(() => decide(biopsy, { probabilities: two }).decisionAt(1)).toThrow(
    new InputError("decisionAt: row must be a whole number in [0, 1), got 1"),
  );
});
