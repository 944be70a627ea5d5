import { describe, listOf } from "../data/index.ts";
import { InputError, suggestion } from "../errors/index.ts";
import { checkShare, placeOfClass } from "./check.ts";
import { objectOf, type Fields } from "./objects.ts";
import { readCosts } from "./read-costs.ts";
import { doubts, REFER, type Doubt, type Policy, type RiskPolicy, type ThresholdPolicy } from "./policy.ts";

const where = "readPolicy";

/**
 * A policy from JSON, in one of three forms:
 *
 * - costs, actions × classes; a number is the same cost for every class, "refer" hands the row to a person. Costs that
 *   differ from row to row are named in the same shape, with the column that holds them:
 *   `{"costs": {"treat": {"benign": 1, "malignant": 0}, "wait": {"benign": 0, "malignant": 50}, "refer": 2},
 *   "costColumns": {"refer": "price of a visit", "wait": {"malignant": "loss when missed"}}}`;
 * - thresholds, class by class: `{"thresholds": {"malignant": {"atLeast": 0.02, "action": "treat"}}, "otherwise":
 *   "wait"}`; a number alone has the class as its action, and without `otherwise` the rest is referred;
 * - a risk: `{"targetRisk": 0.01, "confidence": 0.9}`.
 *
 * The first two take `"referWhen"`, the doubts that refer a row: some of "ambiguous", "atypical", "fragile", by default
 * all. A policy of costs without "refer" refers nothing. A risk is promised for one rule, so nothing else may refer there.
 *
 * @throws InputError when the JSON is none of these, or not for these classes
 */
export function readPolicy(json: unknown, classes: readonly string[]): Policy {
  const fields = objectOf(where, json, "a policy");
  if (classes.length < 2)
    throw new InputError(`${where}: a model has at least 2 classes, got ${classes.length}`);
  const forms = ["costs", "thresholds", "targetRisk"].filter((form) => form in fields);
  if (forms.length !== 1)
    throw new InputError(
      `${where}: a policy has one of costs, thresholds and targetRisk, got ${forms.join(" and ") || listOf(Object.keys(fields)) || "none"}`,
    );
  if (forms[0] === "costs") {
    checkFields(fields, ["costs", "costColumns", "referWhen"]);
    return readCosts(fields["costs"], fields["costColumns"], classes, readDoubts(fields["referWhen"]));
  }
  if (forms[0] === "thresholds") {
    checkFields(fields, ["thresholds", "otherwise", "referWhen"]);
    return readThresholds(fields, classes);
  }
  checkFields(fields, ["targetRisk", "confidence"]);
  return readRisk(fields, classes);
}

function readThresholds(fields: Fields, classes: readonly string[]): ThresholdPolicy {
  const thresholds = new Float64Array(classes.length).fill(Infinity);
  const named = new Map<number, string>();
  for (const [name, value] of Object.entries(objectOf(where, fields["thresholds"], "thresholds"))) {
    const place = placeOfClass(where, { classes }, name);
    const short = typeof value === "number";
    const entry = short
      ? { atLeast: value, action: name }
      : objectOf(where, value, `the threshold of "${name}"`);
    const { atLeast, action } = entry;
    if (typeof atLeast !== "number" || !(atLeast > 0 && atLeast <= 1))
      throw new InputError(
        `${where}: the threshold of "${name}" must be in (0, 1], got ${describe(atLeast)}`,
      );
    thresholds[place] = atLeast;
    named.set(place, textOf(action, `the action at the threshold of "${name}"`));
  }
  if (named.size === 0) throw new InputError(`${where}: thresholds must name at least one class`);
  const otherwise = fields["otherwise"] === undefined ? REFER : textOf(fields["otherwise"], "otherwise");
  const all = new Set([...classes.keys()].flatMap((place) => named.get(place) ?? []).concat(otherwise));
  // A doubtful row can always be referred.
  const actions = [...[...all].filter((name) => name !== REFER), REFER];
  return {
    kind: "thresholds",
    classes,
    actions,
    referral: actions.length - 1,
    referWhen: readDoubts(fields["referWhen"]),
    thresholds,
    actionOfClass: Int32Array.from(classes, (_, place) => actions.indexOf(named.get(place) ?? "")),
    otherwise: actions.indexOf(otherwise),
  };
}

function readRisk(fields: Fields, classes: readonly string[]): RiskPolicy {
  const { targetRisk, confidence = 0.9 } = fields;
  if (typeof targetRisk !== "number")
    throw new InputError(`${where}: targetRisk must be a number, got ${describe(targetRisk)}`);
  if (typeof confidence !== "number")
    throw new InputError(`${where}: confidence must be a number, got ${describe(confidence)}`);
  checkShare(where, "targetRisk", targetRisk);
  checkShare(where, "confidence", confidence);
  if (classes.includes(REFER))
    throw new InputError(
      `${where}: with a targetRisk the classes are the actions, and none may be called "refer"`,
    );
  const actions = [...classes, REFER];
  return { kind: "risk", classes, actions, referral: classes.length, referWhen: [], targetRisk, confidence };
}

function readDoubts(value: unknown): readonly Doubt[] {
  if (value === undefined) return doubts;
  const list: unknown[] | null = Array.isArray(value) ? value : null;
  const bad = list?.find((each) => !doubts.some((doubt) => doubt === each));
  if (list === null || bad !== undefined)
    throw new InputError(
      `${where}: referWhen must be a list of some of ${doubts.join(", ")}, got ${describe(bad ?? value)}`,
    );
  return doubts.filter((doubt) => list.includes(doubt));
}

function textOf(value: unknown, what: string): string {
  if (typeof value !== "string" || value === "")
    throw new InputError(`${where}: ${what} must be a name, got ${describe(value)}`);
  return value;
}

function checkFields(fields: Fields, known: readonly string[]): void {
  const stranger = Object.keys(fields).find((name) => !known.includes(name));
  if (stranger !== undefined)
    throw new InputError(
      `${where}: such a policy has no "${stranger}", only ${known.join(", ")}${suggestion(stranger, known)}`,
    );
}
