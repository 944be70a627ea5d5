import { expect, test } from "vitest";
import type { Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { decideLabels } from "./decide-labels.ts";
import { readLabelPolicy } from "./label-policy.ts";

const labels = ["spam", "urgent"];
const costs = { "*": { falsePositive: 1, falseNegative: 4, refer: 0.4 }, urgent: { falseNegative: 9 } };

function rowsOf(columns: number, values: readonly number[]): Probabilities {
  return { rows: values.length / columns, columns, values: Float64Array.from(values), unit: "probabilities" };
}

test("of costs the band is where referring is cheapest, label by label", () => {
  const policy = readLabelPolicy({ costs }, labels);
  expect(policy).toMatchObject({ kind: "costs", labels, referFragile: true });
  expect([...policy.leaveBelow]).toEqual([0.4 / 4, 0.4 / 9]);
  expect([...policy.giveFrom]).toEqual([0.6, 0.6]);
  // Against the argmin of the three costs, on a fine grid.
  for (let i = 0; i <= 1000; i++) {
    const p = (i + 0.5) / 1001;
    const { actions } = decideLabels(policy, { probabilities: rowsOf(2, [p, p]) });
    [4, 9].forEach((falseNegative, k) => {
      const each = [p * falseNegative, 1 - p, 0.4];
      expect(each[actions[k]], `${p}`).toBe(Math.min(...each));
    });
  }
});

test("without refer, or where it costs too much, the threshold is Elkan's", () => {
  const plain = readLabelPolicy({ costs: { "*": { falsePositive: 1, falseNegative: 4 } } }, labels);
  expect([...plain.giveFrom, ...plain.leaveBelow]).toEqual([0.2, 0.2, 0.2, 0.2]);
  expect(plain.referFragile).toBe(false);
  const dear = readLabelPolicy(
    { costs: { "*": { falsePositive: 1, falseNegative: 4, refer: 0.9 } } },
    labels,
  );
  expect(dear.giveFrom).toEqual(plain.giveFrom);
  const { actions } = decideLabels(plain, { probabilities: rowsOf(2, [0.2, 0.19]) });
  expect([...actions]).toEqual([1, 0]);
});

test("thresholds: a number has no band, an entry's own fields stand before the common ones", () => {
  const policy = readLabelPolicy({ thresholds: { "*": { atLeast: 0.5, below: 0.2 }, urgent: 0.3 } }, labels);
  expect([...policy.giveFrom]).toEqual([0.5, 0.3]);
  expect([...policy.leaveBelow]).toEqual([0.2, 0.3]);
  const lower = readLabelPolicy(
    { thresholds: { "*": { atLeast: 0.5, below: 0.2 }, urgent: { below: 0.1 } } },
    labels,
  );
  expect([...lower.leaveBelow]).toEqual([0.2, 0.1]);
});

test("three rows by hand, with counts, costs and reasons", () => {
  const policy = readLabelPolicy({ costs }, labels);
  const decisions = decideLabels(policy, {
    probabilities: rowsOf(2, [0.9, 0.01, 0.5, 0.75, 0.05, 0.02]),
    labels,
  });
  expect([...decisions.actions]).toEqual([1, 0, 2, 1, 0, 0]);
  expect(decisions).toMatchObject({ rows: 3, referredRows: 1, referredLabels: 1 });
  expect([...decisions.given]).toEqual([1, 1]);
  expect([...decisions.referred]).toEqual([1, 0]);
  expect(decisions.expectedCost).toBeCloseTo((0.1 + 0.09 + 0.4 + 0.25 + 0.2 + 0.18) / 3, 14);
  expect(decisions.decisionAt(1)).toEqual({
    row: 1,
    given: ["urgent"],
    referred: ["spam"],
    labels: [
      {
        label: "spam",
        action: "refer",
        probability: 0.5,
        interval: null,
        expectedCost: 0.4,
        reasons: [
          {
            code: "costly",
            sentence: "referring costs 0.4, giving it is expected to cost 0.5 and leaving it 2",
          },
        ],
      },
      {
        label: "urgent",
        action: "give",
        probability: 0.75,
        interval: null,
        expectedCost: 0.25,
        reasons: [],
      },
    ],
  });
  expect(() => decisions.decisionAt(3)).toThrow("decisionAt: row must be a whole number in [0, 3), got 3");
});

test("an interval across a threshold makes a label fragile, and refers it where the policy refers", () => {
  const thresholds = { "*": { atLeast: 0.6, below: 0.3 } };
  const input = {
    probabilities: rowsOf(2, [0.7, 0.7]),
    low: Float64Array.of(0.5, 0.65),
    high: Float64Array.of(0.8, 0.8),
  };
  const decisions = decideLabels(readLabelPolicy({ thresholds }, labels), input);
  expect([...decisions.actions]).toEqual([2, 1]);
  expect([...decisions.preferred]).toEqual([1, 1]);
  expect(decisions.expectedCost).toBeNull();
  expect(decisions.decisionAt(0).labels[0]).toMatchObject({
    action: "refer",
    interval: [0.5, 0.8],
    reasons: [{ code: "fragile" }],
  });
  const named = decideLabels(readLabelPolicy({ thresholds, referWhen: [] }, labels), input);
  expect([...named.actions]).toEqual([1, 1]);
  expect([...named.fragile]).toEqual([1, 0]);
  const between = decideLabels(readLabelPolicy({ thresholds }, labels), {
    probabilities: rowsOf(2, [0.4, 0.1]),
  });
  expect(between.decisionAt(0).labels[0].reasons).toEqual([
    { code: "between", sentence: "its probability, 0.4, is between 0.3 and 0.6" },
  ]);
});

test.each([
  [{}, "readLabelPolicy: a policy for labels has either costs or thresholds, got none"],
  [
    { targetRisk: 0.1 },
    "readLabelPolicy: a policy for labels has either costs or thresholds, got targetRisk",
  ],
  [[], "readLabelPolicy: a policy must be an object, got a list"],
  [
    { thresholds: { urgnet: 0.5 } },
    'readLabelPolicy: there is no label "urgnet" (spam, urgent); did you mean "urgent"?',
  ],
  [
    { thresholds: { spam: 0.5 } },
    'readLabelPolicy: the threshold of "urgent" must be in (0, 1], got none, and there is no common one under *',
  ],
  [{ thresholds: { "*": 0 } }, 'readLabelPolicy: the threshold of "spam" must be in (0, 1], got 0'],
  [
    { thresholds: { "*": { atLeast: 0.5, below: 0.6 } } },
    'readLabelPolicy: "below" of "spam" must be in [0, 0.5], got 0.6',
  ],
  [
    { costs: { "*": { falsePositive: 1 } } },
    'readLabelPolicy: falseNegative of "spam" must be a number ≥ 0, got none, and there is no common one under *',
  ],
  [
    { costs: { "*": { falsePositive: -1, falseNegative: 1 } } },
    'readLabelPolicy: falsePositive of "spam" must be a number ≥ 0, got -1',
  ],
  [
    { costs: { "*": { falsePositive: 0, falseNegative: 0 } } },
    'readLabelPolicy: one of the mistakes with "spam" must cost something, got 0 and 0',
  ],
  [
    { costs: { "*": { falsePositives: 1 } } },
    'readLabelPolicy: the costs of "*" has no "falsePositives", only falsePositive, falseNegative, refer; did you mean "falsePositive"?',
  ],
  [
    { thresholds: { "*": 0.5 }, referWhen: ["atypical"] },
    'readLabelPolicy: referWhen of labels must be ["fragile"] or [], got the text "atypical"',
  ],
])("a policy that cannot be meant is refused: %j", (json, sentence) => {
  expect(() => readLabelPolicy(json, labels)).toThrow(new InputError(sentence));
});

test("what does not fit the policy is refused", () => {
  const policy = readLabelPolicy({ costs }, labels);
  expect(() => decideLabels(policy, { probabilities: rowsOf(1, [0.5]) })).toThrow(
    new InputError("decideLabels: probabilities must have one column per label, 2, got 1"),
  );
  const probabilities = rowsOf(2, [0.5, 0.5]);
  expect(() => decideLabels(policy, { probabilities, labels: ["spam", "x"] })).toThrow(
    "decideLabels: the policy is for the labels spam, urgent, the probabilities are of spam, x",
  );
  expect(() => decideLabels(policy, { probabilities, low: new Float64Array(2) })).toThrow(
    "decideLabels: intervals need both ends, low and high, got one of them",
  );
  const ends = { low: Float64Array.of(0.6, 0), high: Float64Array.of(0.7, 1) };
  expect(() => decideLabels(policy, { probabilities, ...ends })).toThrow(
    "decideLabels: intervals must be in [0, 1] and hold their probability, got 0.6 to 0.7 around 0.5 at row 0",
  );
});
