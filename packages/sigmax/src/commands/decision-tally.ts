import type { Probabilities, Labels } from "@sigmax/core/data";
import { roles } from "@sigmax/core/data";
import {
  policyCosts,
  reasons,
  reasonsOf,
  type Policy,
  type Reason,
  type StrategyCost,
} from "@sigmax/core/decide";
import { wilsonInterval, type Interval } from "@sigmax/core/statistics";
import type { Cases } from "./cases.ts";
import { costsAt } from "./decider.ts";
import type { FinalRows } from "./decision-rows.ts";
import { mostProbable } from "./predictions.ts";

/** What was decided, in numbers. */
export interface DecisionCounts {
  readonly rows: number;
  readonly actions: readonly { readonly action: string; readonly rows: number }[];
  readonly referred: number;
  /** Of the referred rows: how many have each reason. */
  readonly reasons: readonly { readonly reason: Reason; readonly rows: number }[];
}

/** What the decisions did on rows with known classes that the model has not been fitted on. */
export interface MeasuredDecisions {
  readonly rows: number;
  readonly measuredOn: "test" | "new";
  /** For each true class how often each action was taken. */
  readonly outcomes: readonly {
    readonly class: string;
    readonly actions: Readonly<Record<string, number>>;
  }[];
  /** Null unless the policy has costs. */
  readonly costs: readonly StrategyCost[] | null;
  readonly accepted: AcceptedRows;
}

/** Rows that were not referred, and how often their most probable class is wrong. */
export interface AcceptedRows {
  readonly rows: number;
  readonly share: number;
  readonly errors: number;
  /** Null where none was accepted. */
  readonly risk: number | null;
  readonly interval: Interval | null;
}

/** Counts decisions as they are made, and keeps what measuring needs. */
export interface Tally {
  add(final: FinalRows): void;
  counts(): DecisionCounts;
  /** Null without rows to measure on. */
  measure(seed: number): MeasuredDecisions | null;
}

/** @param isMeasured whether the true classes, where known, shall judge the decisions */
export function createTally(policy: Policy, cases: Cases, isMeasured: boolean): Tally {
  const { actions, classes, referral } = policy;
  const { truth, places } = cases;
  const counts = new Float64Array(actions.length);
  const reasonCounts = new Float64Array(reasons.length);
  const judged =
    truth && isMeasured ? places.filter((place) => truth[place] >= 0 && isFresh(cases, place)) : null;
  const size = judged?.length ?? 0;
  const action = new Int32Array(size);
  const values = new Float64Array(size * classes.length);
  let next = 0;
  return {
    add(final) {
      for (let i = 0; i < final.places.length; i++) {
        const { decided, row } = final.at(i);
        const { decisions, probabilities } = decided;
        const taken = actions.indexOf(decisions.actions[decisions.action[row]]);
        counts[taken]++;
        if (taken === referral)
          for (const reason of reasonsOf(decisions.reasonBits[row])) reasonCounts[reasons.indexOf(reason)]++;
        if (judged?.[next] !== final.places[i]) continue;
        action[next] = taken;
        values.set(
          probabilities.values.subarray(row * classes.length, (row + 1) * classes.length),
          next * classes.length,
        );
        next++;
      }
    },
    counts: () => ({
      rows: places.length,
      actions: actions.map((name, a) => ({ action: name, rows: counts[a] })),
      referred: referral < 0 ? 0 : counts[referral],
      reasons: reasons.map((reason, i) => ({ reason, rows: reasonCounts[i] })).filter(({ rows }) => rows > 0),
    }),
    measure(seed) {
      if (judged === null || truth === null || size === 0) return null;
      const labels = { classes, indices: Int32Array.from(judged, (place) => truth[place]) };
      const probabilities = { rows: size, columns: classes.length, values, unit: "probabilities" } as const;
      return {
        rows: size,
        measuredOn: cases.rowRoles === null ? "new" : "test",
        outcomes: outcomesOf(policy, action, labels),
        costs:
          policy.kind === "costs"
            ? policyCosts(policy, { action, actions }, probabilities, labels, {
                rowCosts: costsAt(cases.rowCosts, judged),
                seed,
              })
            : null,
        accepted: acceptedOf(policy, action, probabilities, labels),
      };
    },
  };
}

/** Whether the model was neither trained nor calibrated on the row, nor promises anything from it. */
export function isFresh({ rowRoles }: Pick<Cases, "rowRoles">, place: number): boolean {
  const role = rowRoles === null ? "test" : roles[rowRoles[place]];
  return role === "test" || role === "unused";
}

function outcomesOf(
  { actions, classes }: Policy,
  action: Int32Array,
  { indices }: Labels,
): MeasuredDecisions["outcomes"] {
  const counts = new Float64Array(classes.length * actions.length);
  for (const [row, taken] of action.entries()) counts[indices[row] * actions.length + taken]++;
  return classes.map((name, k) => ({
    class: name,
    actions: Object.fromEntries(actions.map((each, a) => [each, counts[k * actions.length + a]])),
  }));
}

/** How often the most probable class of the rows that were not referred is wrong. */
export function acceptedOf(
  { referral }: Pick<Policy, "referral">,
  action: Int32Array,
  { values, columns }: Probabilities,
  { indices }: Labels,
): AcceptedRows {
  let [rows, errors] = [0, 0];
  for (const [row, taken] of action.entries()) {
    if (taken === referral) continue;
    rows++;
    if (mostProbable(values, row, columns) !== indices[row]) errors++;
  }
  return {
    rows,
    share: rows / action.length,
    errors,
    risk: rows === 0 ? null : errors / rows,
    interval: rows === 0 ? null : wilsonInterval(errors, rows, 0.95),
  };
}
