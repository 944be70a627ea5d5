import { expect, test } from "vitest";
import { InputError } from "../errors/index.ts";
import { readPolicy } from "./read-policy.ts";

const classes = ["benign", "malignant"];
const treat = { benign: 1, malignant: 0 };
const wait = { benign: 0, malignant: 50 };

test("costs become a matrix of actions × classes; a number is the same for every class, and refer comes last", () => {
  const policy = readPolicy({ costs: { refer: 2, treat, wait } }, classes);
  expect(policy).toEqual({
    kind: "costs",
    classes,
    actions: ["treat", "wait", "refer"],
    referral: 2,
    referWhen: ["ambiguous", "atypical", "fragile"],
    costs: Float64Array.of(1, 0, 0, 50, 2, 2),
    costColumns: [],
  });
});

test("a policy without refer, or with a dear one, is a policy", () => {
  expect(readPolicy({ costs: { treat, wait } }, classes).referral).toBe(-1);
  expect(readPolicy({ costs: { treat, wait, refer: 1e9 } }, classes).referral).toBe(2);
});

test("columns may give costs of single rows, in place of a number or where none is given", () => {
  const policy = readPolicy(
    {
      costs: { treat, wait: { benign: 0 } },
      costColumns: { wait: { malignant: "loss" }, refer: "visit" },
    },
    classes,
  );
  expect(policy).toMatchObject({
    actions: ["treat", "wait", "refer"],
    costs: Float64Array.of(1, 0, 0, Number.NaN, Number.NaN, Number.NaN),
    costColumns: [
      { action: 1, class: 1, column: "loss" },
      { action: 2, class: null, column: "visit" },
    ],
  });
});

test("thresholds name an action for a class; a number alone has the class as its action, and the rest is referred", () => {
  expect(
    readPolicy(
      { thresholds: { malignant: { atLeast: 0.02, action: "treat" } }, otherwise: "wait", referWhen: [] },
      classes,
    ),
  ).toEqual({
    kind: "thresholds",
    classes,
    actions: ["treat", "wait", "refer"],
    referral: 2,
    referWhen: [],
    thresholds: Float64Array.of(Infinity, 0.02),
    actionOfClass: Int32Array.of(-1, 0),
    otherwise: 1,
  });
  expect(readPolicy({ thresholds: { malignant: 0.9, benign: 0.8 } }, classes)).toMatchObject({
    actions: ["benign", "malignant", "refer"],
    otherwise: 2,
  });
});

test("a target risk accepts the most probable class or refers; confidence is 90 % unless given", () => {
  expect(readPolicy({ targetRisk: 0.01 }, classes)).toEqual({
    kind: "risk",
    classes,
    actions: ["benign", "malignant", "refer"],
    referral: 2,
    referWhen: [],
    targetRisk: 0.01,
    confidence: 0.9,
  });
});

test.each([
  ["no object", null, "readPolicy: a policy must be an object, got null"],
  ["a list", [], "readPolicy: a policy must be an object, got a list"],
  ["empty", {}, "readPolicy: a policy has one of costs, thresholds and targetRisk, got none"],
  ["misspelt", { cost: {} }, "readPolicy: a policy has one of costs, thresholds and targetRisk, got cost"],
  [
    "two forms",
    { costs: { treat }, targetRisk: 0.1 },
    "readPolicy: a policy has one of costs, thresholds and targetRisk, got costs and targetRisk",
  ],
  [
    "a stranger",
    { costs: { treat }, referwhen: [] },
    'readPolicy: such a policy has no "referwhen", only costs, costColumns, referWhen; did you mean "referWhen"?',
  ],
  [
    "a negative cost",
    { costs: { treat: { benign: -1, malignant: 0 } } },
    'readPolicy: the cost of "treat" for "benign" must be a finite number ≥ 0, got -1',
  ],
  [
    "a negative cost for all",
    { costs: { treat, refer: -2 } },
    'readPolicy: the cost of "refer" must be a finite number ≥ 0, got -2',
  ],
  [
    "an infinite cost",
    { costs: { treat: Infinity } },
    'readPolicy: the cost of "treat" must be a finite number ≥ 0, got Infinity',
  ],
  [
    "a cost that is no number",
    { costs: { treat: { benign: "1", malignant: 0 } } },
    'readPolicy: the cost of "treat" for "benign" must be a finite number ≥ 0, got the text "1"',
  ],
  [
    "an action that is no number",
    { costs: { treat: "1" } },
    'readPolicy: the cost of "treat", if not a number, must be an object, got the text "1"',
  ],
  [
    "a missing cost",
    { costs: { treat, wait: { benign: 0 } } },
    'readPolicy: "wait" has no cost for class "malignant"',
  ],
  [
    "a class that the model lacks",
    { costs: { treat: { benign: 1, malignent: 0 } } },
    'readPolicy: there is no class "malignent" (benign, malignant); did you mean "malignant"?',
  ],
  [
    "another model's class",
    { costs: { treat: { setosa: 1, virginica: 0 } } },
    'readPolicy: there is no class "setosa" (benign, malignant)',
  ],
  [
    "no action",
    { costs: {} },
    'readPolicy: costs must name at least one action besides "refer", as in {"treat": {"benign": 1, "malignant": 0}}',
  ],
  [
    "only referral",
    { costs: { refer: 1 } },
    'readPolicy: costs must name at least one action besides "refer", as in {"treat": {"benign": 1, "malignant": 0}}',
  ],
  [
    "a column that is no name",
    { costs: { treat }, costColumns: { treat: { benign: 3 } } },
    'readPolicy: the cost column of "treat" for "benign" must be a name, got 3',
  ],
  [
    "an unknown doubt",
    { costs: { treat }, referWhen: ["fragil"] },
    'readPolicy: referWhen must be a list of some of ambiguous, atypical, fragile, got the text "fragil"',
  ],
  [
    "no list of doubts",
    { costs: { treat }, referWhen: true },
    "readPolicy: referWhen must be a list of some of ambiguous, atypical, fragile, got true",
  ],
  ["no threshold", { thresholds: {} }, "readPolicy: thresholds must name at least one class"],
  [
    "a threshold of 0",
    { thresholds: { benign: 0 } },
    'readPolicy: the threshold of "benign" must be in (0, 1], got 0',
  ],
  [
    "a threshold without action",
    { thresholds: { benign: { atLeast: 0.5 } } },
    'readPolicy: the action at the threshold of "benign" must be a name, got undefined',
  ],
  ["a risk of 0", { targetRisk: 0 }, "readPolicy: targetRisk must be in (0, 1), got 0"],
  ["a risk of 1", { targetRisk: 1 }, "readPolicy: targetRisk must be in (0, 1), got 1"],
  ["a risk as text", { targetRisk: "1%" }, 'readPolicy: targetRisk must be a number, got the text "1%"'],
  [
    "a certain promise",
    { targetRisk: 0.1, confidence: 1 },
    "readPolicy: confidence must be in (0, 1), got 1",
  ],
  [
    "doubts beside a risk",
    { targetRisk: 0.1, referWhen: [] },
    'readPolicy: such a policy has no "referWhen", only targetRisk, confidence',
  ],
])("%s is refused in one sentence", (_, json, message) => {
  expect(() => readPolicy(json, classes)).toThrow(new InputError(message));
});

test("with a target risk no class may be called refer, and a model has two classes", () => {
  expect(() => readPolicy({ targetRisk: 0.1 }, ["a", "refer"])).toThrow(/none may be called "refer"/);
  expect(() => readPolicy({ targetRisk: 0.1 }, ["a"])).toThrow(/at least 2 classes, got 1/);
});
