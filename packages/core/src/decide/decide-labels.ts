import type { Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { checkLabelColumns } from "../evaluate/label-scores.ts";
import type { Interval } from "../statistics/index.ts";
import { checkIntervals } from "./check-intervals.ts";
import type { LabelPolicy } from "./label-policy.ts";
import { numberText } from "./sentences.ts";

export interface DecideLabelsInput {
  /** Calibrated, one column per label of the policy. */
  readonly probabilities: Probabilities;
  /** The model's labels; they must be those of the policy. */
  readonly labels?: readonly string[];
  /** Ends of the intervals of the probabilities, both rows × labels. */
  readonly low?: Float64Array;
  readonly high?: Float64Array;
}

/** What is done with a label of a row. */
export const labelActions = ["leave", "give", "refer"] as const;
export type LabelAction = (typeof labelActions)[number];

/**
 * Why a label of a row is referred or doubtful:
 * - costly: referring is expected to cost less than giving or leaving it;
 * - between: its probability is between the policy's two thresholds;
 * - fragile: inside the interval of its probability another action is better.
 */
export type LabelReason = "costly" | "between" | "fragile";

export interface LabelDecisions {
  readonly rows: number;
  readonly labels: readonly string[];
  /** rows × labels: 0 left, 1 given, 2 referred, as in `labelActions`. */
  readonly actions: Uint8Array;
  /** The same without the doubt of intervals. */
  readonly preferred: Uint8Array;
  /** 1 where the interval reaches across a threshold; zeros without intervals. */
  readonly fragile: Uint8Array;
  /** Rows of which a label is referred, and referred labels in all. */
  readonly referredRows: number;
  readonly referredLabels: number;
  /** Per label: rows it is given to, and rows that are referred for it. */
  readonly given: Uint32Array;
  readonly referred: Uint32Array;
  /** Mean expected cost of a row, summed over its labels; null for thresholds. */
  readonly expectedCost: number | null;
  /** One row in words. @throws InputError when there is no such row */
  decisionAt(row: number): LabelDecision;
}

/** One row's decision, with all that is needed to sign it. */
export interface LabelDecision {
  readonly row: number;
  readonly given: readonly string[];
  readonly referred: readonly string[];
  readonly labels: readonly {
    readonly label: string;
    readonly action: LabelAction;
    readonly probability: number;
    readonly interval: Interval | null;
    /** Of what is done. Null for thresholds. */
    readonly expectedCost: number | null;
    readonly reasons: readonly { readonly code: LabelReason; readonly sentence: string }[];
  }[];
}

/**
 * Gives, leaves or refers every label of every row by itself, as the policy says; a row goes to a person with the labels
 * that are referred, the others are decided.
 *
 * @throws InputError when probabilities, labels or intervals do not fit the policy or each other
 */
export function decideLabels(policy: LabelPolicy, input: DecideLabelsInput): LabelDecisions {
  const where = "decideLabels";
  const { probabilities, labels, low, high } = input;
  if (
    labels &&
    (labels.length !== policy.labels.length || labels.some((name, k) => name !== policy.labels[k]))
  )
    throw new InputError(
      `${where}: the policy is for the labels ${policy.labels.join(", ")}, the probabilities are of ${labels.join(", ")}`,
    );
  checkLabelColumns(where, probabilities, policy.labels);
  if ((low === undefined) !== (high === undefined))
    throw new InputError(`${where}: intervals need both ends, low and high, got one of them`);
  if (low && high) checkIntervals(where, probabilities, low, high);
  const { rows, columns, values } = probabilities;
  const preferred = Uint8Array.from(values, (p, i) => actionOf(policy, p, i % columns));
  const fragile = low && high ? markFragile(policy, low, high) : new Uint8Array(values.length);
  const actions = preferred.map((action, i) => (policy.referFragile && fragile[i] === 1 ? REFERRED : action));
  return {
    rows,
    labels: policy.labels,
    actions,
    preferred,
    fragile,
    ...tally(policy, actions),
    expectedCost: policy.costs && expectedCost(policy, probabilities, actions),
    decisionAt: (row) => describeLabels(policy, input, { actions, preferred, fragile }, row),
  };
}

/** 1 where the ends of the interval ask for different actions. */
function markFragile(policy: LabelPolicy, low: Float64Array, high: Float64Array): Uint8Array {
  const columns = policy.labels.length;
  return Uint8Array.from(low, (end, i) =>
    actionOf(policy, end, i % columns) === actionOf(policy, high[i], i % columns) ? 0 : 1,
  );
}

const REFERRED = labelActions.indexOf("refer");

function actionOf({ giveFrom, leaveBelow }: LabelPolicy, p: number, k: number): number {
  if (p >= giveFrom[k]) return 1;
  return p < leaveBelow[k] ? 0 : REFERRED;
}

function tally({ labels }: LabelPolicy, actions: Uint8Array) {
  const columns = labels.length;
  const given = new Uint32Array(columns);
  const referred = new Uint32Array(columns);
  let referredRows = 0;
  let referredLabels = 0;
  for (let start = 0; start < actions.length; start += columns) {
    let own = 0;
    for (let k = 0; k < columns; k++) {
      if (actions[start + k] === 1) given[k]++;
      if (actions[start + k] !== REFERRED) continue;
      referred[k]++;
      own++;
    }
    referredLabels += own;
    if (own > 0) referredRows++;
  }
  return { given, referred, referredRows, referredLabels };
}

function costOf({ costs }: LabelPolicy, k: number, p: number, action: number): number | null {
  if (costs === null) return null;
  const { falsePositive, falseNegative, refer } = costs[k];
  if (action === REFERRED) return Number.isFinite(refer) ? refer : null; // referred for its interval only
  return action === 1 ? (1 - p) * falsePositive : p * falseNegative;
}

/** Null where a label is referred that has no such cost. */
function expectedCost(
  policy: LabelPolicy,
  { rows, columns, values }: Probabilities,
  actions: Uint8Array,
): number | null {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const cost = costOf(policy, i % columns, values[i], actions[i]);
    if (cost === null) return null;
    sum += cost;
  }
  return rows === 0 ? null : sum / rows;
}

function describeLabels(
  policy: LabelPolicy,
  { probabilities, low, high }: DecideLabelsInput,
  { actions, preferred, fragile }: Pick<LabelDecisions, "actions" | "preferred" | "fragile">,
  row: number,
): LabelDecision {
  const { rows, columns, values } = probabilities;
  if (!Number.isInteger(row) || row < 0 || row >= rows)
    throw new InputError(`decisionAt: row must be a whole number in [0, ${rows}), got ${row}`);
  const labels = policy.labels.map((label, k) => {
    const i = row * columns + k;
    return {
      label,
      action: labelActions[actions[i]],
      probability: values[i],
      interval: low && high ? ([low[i], high[i]] as const) : null,
      expectedCost: costOf(policy, k, values[i], actions[i]),
      reasons: [
        ...(preferred[i] === REFERRED ? [bandReason(policy, k, values[i])] : []),
        ...(fragile[i] === 1
          ? [
              {
                code: "fragile" as const,
                sentence: `inside the interval of its probability another action than "${labelActions[preferred[i]]}" can be the best`,
              },
            ]
          : []),
      ],
    };
  });
  const named = (wanted: LabelAction): string[] =>
    labels.flatMap(({ label, action }) => (action === wanted ? [label] : []));
  return { row, given: named("give"), referred: named("refer"), labels };
}

function bandReason(policy: LabelPolicy, k: number, p: number): { code: LabelReason; sentence: string } {
  const { costs, leaveBelow, giveFrom } = policy;
  if (costs === null)
    return {
      code: "between",
      sentence: `its probability, ${numberText(p)}, is between ${numberText(leaveBelow[k])} and ${numberText(giveFrom[k])}`,
    };
  const { falsePositive, falseNegative, refer } = costs[k];
  return {
    code: "costly",
    sentence: `referring costs ${numberText(refer)}, giving it is expected to cost ${numberText((1 - p) * falsePositive)} and leaving it ${numberText(p * falseNegative)}`,
  };
}
