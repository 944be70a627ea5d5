import { InputError, type Classifier } from "@sigmax/core";
import type { SavedModel } from "@sigmax/core/artifact";
import type { Labels, Probabilities } from "@sigmax/core/data";
import { decide, type DecisionIds, type Decisions, type Policy, type RowCosts } from "@sigmax/core/decide";
import { predictIntervals } from "@sigmax/core/inference";
import type { Cases } from "./cases.ts";
import { promiseOfSets } from "./guarantees.ts";
import type { Prevalence } from "./prevalence.ts";
import { takeAny } from "./rows.ts";

/** Decisions on some rows, and what they rest on; all rows × classes. */
export interface DecidedRows {
  /** Where the rows stand in the source. */
  readonly places: Uint32Array;
  readonly decisions: Decisions;
  readonly probabilities: Probabilities;
  readonly low: Float64Array | null;
  readonly high: Float64Array | null;
  /** 1 for a label in the row's set. */
  readonly sets: Uint8Array | null;
}

/** Decides on rows of one source, some at a time: no decision hangs on other rows. */
export interface Decider {
  readonly policy: Policy;
  /** Of the intervals; null where there are none. */
  readonly confidence: number | null;
  readonly hasSets: boolean;
  readonly promises: readonly string[];
  /** Other shares of the classes that the decisions are for; null for those in training. */
  readonly prevalence: Prevalence | null;
  readonly ids: DecisionIds;
  decide(places: Uint32Array): DecidedRows;
}

export interface DeciderOptions {
  readonly policy: Policy;
  readonly ids: DecisionIds;
  readonly confidence: number | null;
  readonly prevalence: Prevalence | null;
}

/** @throws InputError when a row has a group that has no label sets */
export function createDecider(
  model: Classifier & Pick<SavedModel, "guarantees">,
  cases: Cases,
  { policy, ids, confidence, prevalence }: DeciderOptions,
): Decider {
  // What was found where the classes are as frequent as they were is not promised where they are not.
  const guarantees = prevalence === null ? (model.guarantees ?? null) : null;
  const conformal = guarantees?.sets ?? null;
  const groups = conformal?.by === "group" ? cases.groups : null;
  if (conformal && groups)
    checkGroups(
      cases,
      groups,
      conformal.thresholds.map(({ name }) => name),
    );
  const promises = guarantees?.sets ? [promiseOfSets(guarantees.sets, guarantees)] : [];
  const guarantee = policy.kind === "risk" ? (guarantees?.selective ?? undefined) : undefined;
  const scoresOf = (places: Uint32Array): Pick<DecidedRows, "probabilities" | "low" | "high"> => {
    const block = takeAny(cases.data, places);
    const found =
      confidence === null
        ? { probabilities: model.predict(block), low: null, high: null }
        : predictIntervals(model, block, { confidence });
    return prevalence === null ? found : prevalence.shift(found);
  };
  return {
    policy,
    confidence,
    hasSets: conformal !== null,
    promises: guarantee?.feasible ? [guarantee.sentence, ...promises] : promises,
    prevalence,
    ids,
    decide(places) {
      const { probabilities, low, high } = scoresOf(places);
      const found = conformal?.sets(probabilities, {
        rowIds: places,
        groups: groups ? groupsAt(groups, places) : undefined,
      });
      const sets = found?.members ?? null;
      const decisions = decide(policy, {
        probabilities,
        classes: model.classes,
        ...(low && high && { low, high }),
        ...(sets && { sets }),
        rowCosts: costsAt(cases.rowCosts, places),
        ...(guarantee && { guarantee }),
        promises,
        ids,
      });
      return { places, decisions, probabilities, low, high, sets };
    },
  };
}

function groupsAt({ classes, indices }: Labels, places: Uint32Array): Labels {
  return { classes, indices: Int32Array.from(places, (place) => indices[place]) };
}

/** The costs of some rows. */
export function costsAt(rowCosts: RowCosts, places: Uint32Array): RowCosts {
  return Object.fromEntries(
    Object.entries(rowCosts).map(([column, costs]) => [
      column,
      Float64Array.from(places, (place) => costs[place]),
    ]),
  );
}

function checkGroups({ name, places }: Cases, { classes, indices }: Labels, known: readonly string[]): void {
  const strange = places.find((place) => !known.includes(classes[indices[place]]));
  if (strange !== undefined)
    throw new InputError(
      `${name}: label sets go by the groups ${known.join(", ")}, and nothing is known of "${classes[indices[strange]]}" at row ${strange}; calibrate with rows of it, or by all rows (--by all)`,
    );
}
