import { describe, listOf } from "../data/index.ts";
import { InputError, suggestion } from "../errors/index.ts";
import { objectOf, type Fields } from "./objects.ts";

const where = "readLabelPolicy";

/** The entry that holds for every label without one of its own. */
const OTHERS = "*";

/** What one label's mistakes cost, ≥ 0; refer Infinity where it cannot be referred. */
export interface LabelCosts {
  readonly falsePositive: number;
  readonly falseNegative: number;
  readonly refer: number;
}

/** When each label is given, left or handed to a person. */
export interface LabelPolicy {
  readonly kind: "costs" | "thresholds";
  readonly labels: readonly string[];
  /** Given where p is at least this, left where p is below that; between them, referred. One per label. */
  readonly giveFrom: Float64Array;
  readonly leaveBelow: Float64Array;
  /** Null for thresholds. */
  readonly costs: readonly LabelCosts[] | null;
  /** Whether a label is referred when its probability's interval reaches across a threshold; else it is only named. */
  readonly referFragile: boolean;
}

/**
 * A policy for several labels from JSON, in the two forms that `readPolicy` has for classes, label by label; `"*"` stands
 * for every label without an entry of its own, and an entry's fields stand before those of `"*"`:
 *
 * - costs: `{"costs": {"*": {"falsePositive": 1, "falseNegative": 5, "refer": 0.5}, "urgent": {"falseNegative": 50}}}`.
 *   Giving costs (1 − p)·falsePositive, leaving p·falseNegative, and the least is taken: without `refer` the threshold is
 *   falsePositive / (falsePositive + falseNegative); with it, p from refer / falseNegative up to 1 − refer / falsePositive
 *   is referred, where that is a band at all;
 * - thresholds: `{"thresholds": {"*": 0.5, "urgent": {"atLeast": 0.3, "below": 0.1}}}`: given from `atLeast`, left below
 *   `below` (default: `atLeast`), referred between.
 *
 * Both take `"referWhen": ["fragile"]` or `[]`; by default a fragile label is referred where the policy refers at all.
 *
 * @throws InputError when the JSON is neither, or not for these labels
 * @see Chow, IEEE Trans. Inf. Theory 16 (1970), and Elkan, IJCAI 2001, for each label
 */
export function readLabelPolicy(json: unknown, labels: readonly string[]): LabelPolicy {
  const fields = objectOf(where, json, "a policy");
  if (labels.length < 1) throw new InputError(`${where}: a model has at least one label, got none`);
  const forms = ["costs", "thresholds"].filter((form) => form in fields);
  if (forms.length !== 1)
    throw new InputError(
      `${where}: a policy for labels has either costs or thresholds, got ${forms.join(" and ") || listOf(Object.keys(fields)) || "none"}`,
    );
  const [form] = forms;
  checkNames("such a policy", Object.keys(fields), [form, "referWhen"]);
  const entries = objectOf(where, fields[form], form);
  const strangers = Object.keys(entries).filter((name) => name !== OTHERS && !labels.includes(name));
  if (strangers.length > 0)
    throw new InputError(
      `${where}: there is no label "${strangers[0]}" (${listOf(labels)})${suggestion(strangers[0], labels)}`,
    );
  const entryOf = form === "costs" ? costFields : thresholdFields;
  const common = Object.hasOwn(entries, OTHERS) ? entryOf(entries[OTHERS], OTHERS) : {};
  const all = labels.map((label): Fields => {
    const own = Object.hasOwn(entries, label) ? entryOf(entries[label], label) : {};
    return { ...common, ...own };
  });
  const bands = form === "costs" ? costBands(all, labels) : thresholdBands(all, labels);
  const refers = bands.giveFrom.some((from, k) => from > bands.leaveBelow[k]);
  return {
    kind: form === "costs" ? "costs" : "thresholds",
    labels,
    ...bands,
    referFragile: readFragile(fields["referWhen"], refers),
  };
}

function costFields(value: unknown, name: string): Fields {
  const entry = objectOf(where, value, `the costs of "${name}"`);
  checkNames(`the costs of "${name}"`, Object.keys(entry), ["falsePositive", "falseNegative", "refer"]);
  return entry;
}

function thresholdFields(value: unknown, name: string): Fields {
  // A number alone leaves no band, whatever "*" has.
  if (typeof value === "number") return { atLeast: value, below: value };
  const entry = objectOf(where, value, `the threshold of "${name}"`);
  checkNames(`the threshold of "${name}"`, Object.keys(entry), ["atLeast", "below"]);
  return entry;
}

type Bands = Pick<LabelPolicy, "giveFrom" | "leaveBelow" | "costs">;

function costBands(entries: readonly Fields[], labels: readonly string[]): Bands {
  const costs = entries.map((entry, k): LabelCosts => {
    const take = (field: string, fallback?: number): number => {
      const cost = entry[field] ?? fallback;
      if (typeof cost !== "number" || !(cost >= 0 && (cost < Infinity || cost === fallback)))
        throw new InputError(
          `${where}: ${field} of "${labels[k]}" must be a number ≥ 0, got ${entry[field] === undefined ? "none, and there is no common one under *" : describe(entry[field])}`,
        );
      return cost;
    };
    const own = {
      falsePositive: take("falsePositive"),
      falseNegative: take("falseNegative"),
      refer: take("refer", Infinity),
    };
    if (own.falsePositive + own.falseNegative === 0)
      throw new InputError(
        `${where}: one of the mistakes with "${labels[k]}" must cost something, got 0 and 0`,
      );
    return own;
  });
  const bands = costs.map(bandOf);
  return {
    giveFrom: Float64Array.from(bands, ([, give]) => give),
    leaveBelow: Float64Array.from(bands, ([leave]) => leave),
    costs,
  };
}

/** Left below the first, given from the second. */
function bandOf({ falsePositive, falseNegative, refer }: LabelCosts): readonly [number, number] {
  const equal = falsePositive / (falsePositive + falseNegative);
  // Both mistakes at their threshold cost falsePositive · falseNegative / (sum): what referring must undercut.
  if (!(refer < equal * falseNegative)) return [equal, equal];
  return [refer / falseNegative, 1 - refer / falsePositive];
}

function thresholdBands(entries: readonly Fields[], labels: readonly string[]): Bands {
  const giveFrom = new Float64Array(labels.length);
  const leaveBelow = new Float64Array(labels.length);
  entries.forEach(({ atLeast, below = atLeast }, k) => {
    const name = labels[k];
    if (typeof atLeast !== "number" || !(atLeast > 0 && atLeast <= 1))
      throw new InputError(
        `${where}: the threshold of "${name}" must be in (0, 1], got ${atLeast === undefined ? "none, and there is no common one under *" : describe(atLeast)}`,
      );
    if (typeof below !== "number" || !(below >= 0 && below <= atLeast))
      throw new InputError(
        `${where}: "below" of "${name}" must be in [0, ${atLeast}], got ${describe(below)}`,
      );
    giveFrom[k] = atLeast;
    leaveBelow[k] = below;
  });
  return { giveFrom, leaveBelow, costs: null };
}

function readFragile(value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  const list: unknown[] | null = Array.isArray(value) ? value : null;
  const bad = list?.find((each) => each !== "fragile");
  if (list === null || bad !== undefined)
    throw new InputError(
      `${where}: referWhen of labels must be ["fragile"] or [], got ${describe(bad ?? value)}`,
    );
  return list.length > 0;
}

function checkNames(what: string, names: readonly string[], known: readonly string[]): void {
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined)
    throw new InputError(
      `${where}: ${what} has no "${stranger}", only ${known.join(", ")}${suggestion(stranger, known)}`,
    );
}
