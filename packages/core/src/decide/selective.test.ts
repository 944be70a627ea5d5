import { expect, test } from "vitest";
import references from "../../test/references/decisions.json" with { type: "json" };
import type { Labels, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { softmax } from "../functions/index.ts";
import { createGenerator } from "../random/index.ts";
import { betaDistribution } from "../statistics/index.ts";
import { fitSelective } from "./selective.ts";

/** Two classes: row i has largest probability 1 − i/(2·rows), and a wrong label where `isWrong`. */
function rowsOf(rows: number, isWrong: (row: number) => boolean): [Probabilities, Labels] {
  const values = Float64Array.from({ length: 2 * rows }, (_, i) => {
    const p = 1 - Math.floor(i / 2) / (2 * rows);
    return i % 2 === 0 ? p : 1 - p;
  });
  const indices = Int32Array.from({ length: rows }, (_, row) => (isWrong(row) ? 1 : 0));
  return [
    { rows, columns: 2, values, unit: "probabilities" },
    { classes: ["a", "b"], indices },
  ];
}

test("a risk of 5 % with 90 % takes 45 rows without an error: 0.95⁴⁴ > 0.1 ≥ 0.95⁴⁵", () => {
  const options = { targetRisk: 0.05, confidence: 0.9 };
  const few = fitSelective(...rowsOf(44, () => false), options);
  expect(few).toMatchObject({ feasible: false, threshold: 1, accepted: 0, bound: null, rowsNeeded: 45 });
  expect(few.sentence).toBe(
    "a risk of at most 5 % cannot be promised with confidence 90 % from 44 rows: that takes at least 45 rows, even without an error",
  );
  const enough = fitSelective(...rowsOf(45, () => false), options);
  expect(enough).toMatchObject({ feasible: true, threshold: 0, accepted: 45, errors: 0, coverage: 1 });
  expect(enough.bound).toBeCloseTo(1 - Math.pow(0.1, 1 / 45), 12);
  expect(enough.sentence).toBe(
    "in at most 5 % of accepted cases the label is wrong, with confidence 90 %, from 45 rows kept for this",
  );
});

test.each(["sgr", "ltt"] as const)(
  "%s accepts rows above the next lower probability, within its bound",
  (method) => {
    const [probabilities, labels] = rowsOf(1000, (row) => row > 600 && row % 3 === 0);
    const found = fitSelective(probabilities, labels, { targetRisk: 0.03, method });
    const accepted = [...labels.indices.keys()].filter(
      (row) => probabilities.values[2 * row] > found.threshold,
    );
    expect(accepted.length).toBe(found.accepted);
    expect(accepted.filter((row) => labels.indices[row] === 1).length).toBe(found.errors);
    expect(found.coverage).toBeGreaterThan(0.55);
    expect(found.coverage).toBeLessThan(0.7);
    expect(found.bound).toBeLessThanOrEqual(0.03);
    // The bound is where so few errors have just the chance left: P(Bin(n, b) ≤ k) = δ′.
    const { accepted: n, errors: k, bound } = found;
    const level = method === "sgr" ? 0.1 / 10 : 0.1;
    expect(1 - betaDistribution(bound ?? 0, k + 1, n - k)).toBeCloseTo(level, 12);
  },
);

test("equal probabilities are accepted together or not at all", () => {
  const [probabilities, labels] = rowsOf(300, (row) => row >= 200 && row % 2 === 0);
  const rounded = probabilities.values.map((p) => Math.round(p * 10) / 10);
  const values = rounded.map((p, i) => (i % 2 === 0 ? p : 1 - rounded[i - 1]));
  const coarse = { ...probabilities, values };
  const found = fitSelective(coarse, labels, { targetRisk: 0.05 });
  expect(found.feasible).toBe(true);
  expect([0.9, 0.8, 0.7, 0.6]).toContain(found.threshold);
  const above = coarse.values.filter((p, i) => i % 2 === 0 && p > found.threshold).length;
  expect(found.accepted).toBe(above);
});

test("one early mistake does not end it where there are rows enough", () => {
  const options = { targetRisk: 0.1, confidence: 0.9 };
  const found = fitSelective(...rowsOf(400, (row) => row === 3 || row > 300), options);
  // Two errors among 52 are bounded by 10 %: there it begins, and ends before the wrong rows weigh too much.
  expect(found).toMatchObject({ feasible: true, method: "ltt" });
  expect(found.accepted).toBeGreaterThan(280);
  expect(found.bound).toBeLessThanOrEqual(0.1);
  const none = fitSelective(...rowsOf(400, (row) => row < 4), { ...options, targetRisk: 0.05 });
  expect(none.sentence).toMatch(
    /of the 77 most certain ones 4 have a wrong label, too many for that promise/,
  );
});

test("what cannot be promised is said, with what would be needed", () => {
  const [probabilities, labels] = rowsOf(500, (row) => row % 10 === 0);
  const found = fitSelective(probabilities, labels, { targetRisk: 0.01 });
  expect(found.feasible).toBe(false);
  expect(found.sentence).toBe(
    "a risk of at most 1 % cannot be promised with confidence 90 % from 500 rows: of the 230 most certain ones 23 have a wrong label, and 230 without one would be needed; keep more rows, or ask for less",
  );
  expect(fitSelective(...rowsOf(50, () => true), { targetRisk: 0.5 })).toMatchObject({ feasible: false });
});

test("digits: 1 % with 90 % from 360 rows, and a test risk that keeps it", () => {
  const { logits, labels } = references.digitsMod5;
  const probabilities: Probabilities = {
    rows: 360,
    columns: 10,
    values: softmax(logits, 10),
    unit: "probabilities",
  };
  const all: Labels = { classes: [..."0123456789"], indices: Int32Array.from(labels) };
  const found = fitSelective(probabilities, all, { targetRisk: 0.01 });
  expect(found).toMatchObject({ feasible: true, errors: 0 });
  expect(found.accepted).toBeGreaterThanOrEqual(290);
  expect(fitSelective(probabilities, all, { targetRisk: 0.01, method: "sgr" })).toMatchObject({
    feasible: false,
    rowsNeeded: 448,
  });
});

const [probabilities, labels] = rowsOf(50, () => false);

test.each([
  ["a risk of 0", { targetRisk: 0 }, "fitSelective: targetRisk must be in (0, 1), got 0"],
  ["a risk of 1", { targetRisk: 1 }, "fitSelective: targetRisk must be in (0, 1), got 1"],
  ["no risk", { targetRisk: Number.NaN }, "fitSelective: targetRisk must be in (0, 1), got NaN"],
  [
    "a certain promise",
    { targetRisk: 0.1, confidence: 1 },
    "fitSelective: confidence must be in (0, 1), got 1",
  ],
  [
    "a promise of nothing",
    { targetRisk: 0.1, confidence: 0 },
    "fitSelective: confidence must be in (0, 1), got 0",
  ],
])("%s is refused in one sentence", (_, options, message) => {
  expect(() => fitSelective(probabilities, labels, options)).toThrow(new InputError(message));
});

test("rows are needed, and labels for each", () => {
  const none: Probabilities = { rows: 0, columns: 2, values: new Float64Array(0), unit: "probabilities" };
  expect(() => fitSelective(none, { ...labels, indices: new Int32Array(0) }, { targetRisk: 0.1 })).toThrow(
    /at least one row is needed/,
  );
  expect(() =>
    fitSelective(probabilities, { ...labels, indices: new Int32Array(49) }, { targetRisk: 0.1 }),
  ).toThrow(/labels must be as many as rows, 50, got 49/);
});

/** Rows of largest probability ½ + u/2, with the chance of a wrong label at u and its mean over what is above u. */
interface Law {
  readonly at: (uniform: number) => number;
  readonly wrong: (u: number) => number;
  readonly riskAbove: (u: number) => number;
}

const informative: Law = {
  at: (uniform) => uniform,
  wrong: (u) => 0.35 * (1 - u) * (1 - u),
  riskAbove: (u) => (0.35 * (1 - u) * (1 - u)) / 3,
};
/** Twenty different probabilities, so that most rows have equals. */
const coarse: Law = {
  at: (uniform) => Math.floor(20 * uniform) / 20,
  wrong: informative.wrong,
  riskAbove: (u) => {
    const above = Array.from({ length: 20 }, (_, level) => level / 20).filter((level) => level > u + 1e-9);
    return above.reduce((sum, level) => sum + informative.wrong(level), 0) / above.length;
  },
};
/** Certainty says nothing, and the risk is just above the target: whatever is promised is broken. */
const useless = (targetRisk: number): Law => ({
  at: (uniform) => uniform,
  wrong: () => targetRisk + 1e-9,
  riskAbove: () => targetRisk + 1e-9,
});

// Draws in which the true risk of what is accepted is above the target: at most δ of them, up to 3.3 standard errors.
test.runIf(process.env["SIGMAX_SLOW"]).each([
  ["sgr", "informative", informative, 0.02, 0.9, 2000],
  ["sgr", "informative", informative, 0.05, 0.8, 400],
  ["sgr", "coarse", coarse, 0.05, 0.8, 400],
  ["sgr", "useless", useless(0.05), 0.05, 0.8, 400],
  ["ltt", "informative", informative, 0.02, 0.9, 2000],
  ["ltt", "informative", informative, 0.05, 0.9, 200],
  ["ltt", "informative", informative, 0.05, 0.8, 400],
  ["ltt", "informative", informative, 0.05, 0.95, 1000],
  ["ltt", "coarse", coarse, 0.05, 0.8, 400],
  ["ltt", "useless", useless(0.05), 0.05, 0.8, 400],
] as const)(
  "%s, %s probabilities: a risk holds with the chance promised, over 2000 draws",
  { timeout: 300_000 },
  (method, name, law, targetRisk, confidence, rows) => {
    const draws = 2000;
    let broken = 0;
    let feasible = 0;
    for (let draw = 0; draw < draws; draw++) {
      const generator = createGenerator(draw, 7);
      const values = new Float64Array(2 * rows);
      const indices = new Int32Array(rows);
      for (let row = 0; row < rows; row++) {
        const u = law.at(generator.uniform());
        values[2 * row] = 0.5 + u / 2;
        values[2 * row + 1] = 0.5 - u / 2;
        indices[row] = generator.uniform() < law.wrong(u) ? 1 : 0;
      }
      const found = fitSelective(
        { rows, columns: 2, values, unit: "probabilities" },
        { classes: ["a", "b"], indices },
        { targetRisk, confidence, method },
      );
      if (!found.feasible) continue;
      feasible++;
      // With a threshold of 0 all rows are accepted, those with u = 0 too.
      if (law.riskAbove(found.threshold === 0 ? -1e-6 : 2 * found.threshold - 1) > targetRisk) broken++;
    }
    const delta = 1 - confidence;
    expect(feasible / draws).toBeGreaterThan(name === "useless" ? -1 : 0.5);
    expect(broken / draws).toBeLessThanOrEqual(delta + 3.3 * Math.sqrt((delta * confidence) / draws));
  },
);
