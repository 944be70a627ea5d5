import type { Classifier } from "@sigmax/core";
import type { Probabilities } from "@sigmax/core/data";
import { compareReader, decide, type Policy, type ReaderComparison } from "@sigmax/core/decide";
import type { Cases } from "./cases.ts";
import { costsAt, type DecidedRows, type Decider } from "./decider.ts";
import type { FinalRows } from "./decision-rows.ts";
import { isFresh } from "./decision-tally.ts";
import type { Readings } from "./readings.ts";

/** Decides again, without referral, on the rows that a reader has answered. */
export interface SecondDecisions {
  apply(decided: DecidedRows): FinalRows;
  /** Model, reader and both on the rows answered whose class is known and that the model was not fitted on; null without. */
  compare(): ReaderComparison | null;
}

export function createSecondDecisions(
  { classes }: Pick<Classifier, "classes">,
  cases: Cases,
  { policy, ids }: Decider,
  readings: Readings,
): SecondDecisions {
  const acting = withoutReferral(policy);
  const { truth } = cases;
  const judged: { place: number; model: Float64Array; pair: Float64Array }[] = [];
  return {
    apply(decided) {
      const { places, probabilities } = decided;
      const answers = Array.from(places, (place) => readings.answers[place]);
      const answered = Uint32Array.from([...places.keys()].filter((row) => answers[row] !== null));
      if (answered.length === 0) return { places, answers, at: (row) => ({ decided, row }) };
      const read = answered.map((row) => places[row]);
      const own = rowsOf(probabilities, answered);
      const combined = readings.combine(read, own);
      const decisions = decide(acting, {
        probabilities: combined,
        rowCosts: costsAt(cases.rowCosts, read),
        ids,
      });
      const again = { places: read, decisions, probabilities: combined, low: null, high: null, sets: null };
      const rowAgain = new Map(Array.from(answered, (row, i) => [row, i]));
      for (const [i, place] of read.entries())
        if ((truth?.[place] ?? -1) >= 0 && isFresh(cases, place))
          judged.push({ place, model: rowAt(own, i), pair: rowAt(combined, i) });
      return {
        places,
        answers,
        at(row) {
          const second = rowAgain.get(row);
          return second === undefined ? { decided, row } : { decided: again, row: second };
        },
      };
    },
    compare() {
      if (judged.length === 0 || truth === null) return null;
      const together = (rows: readonly Float64Array[]): Probabilities => ({
        rows: rows.length,
        columns: classes.length,
        values: Float64Array.from(rows.flatMap((each) => [...each])),
        unit: "probabilities",
      });
      return compareReader(
        {
          model: together(judged.map(({ model }) => model)),
          pair: together(judged.map(({ pair }) => pair)),
          answers: judged.map(({ place }) => readings.answers[place]),
        },
        { classes, indices: Int32Array.from(judged, ({ place }) => truth[place]) },
      );
    },
  };
}

/** So small that every probability above 0 reaches it; a power of two leaves the order of p/t as it is. */
const tiny = 2 ** -60;

/** The policy for rows that cannot be referred again: its best action but that. */
export function withoutReferral(policy: Policy): Policy {
  const { classes, actions, referral } = policy;
  if (referral < 0) return policy;
  if (policy.kind === "costs")
    return {
      ...policy,
      actions: actions.slice(0, referral),
      referral: -1,
      referWhen: [],
      costs: policy.costs.slice(0, referral * classes.length),
      costColumns: policy.costColumns.filter(({ action }) => action !== referral),
    };
  if (policy.kind === "risk")
    return {
      kind: "thresholds",
      classes,
      actions,
      referral,
      referWhen: [],
      thresholds: new Float64Array(classes.length).fill(tiny),
      actionOfClass: Int32Array.from(classes, (_, k) => k),
      otherwise: referral,
    };
  // Where nothing else is said, the class that comes nearest to its threshold.
  const thresholds =
    policy.otherwise === referral ? policy.thresholds.map((each) => each * tiny) : policy.thresholds;
  return { ...policy, thresholds, referWhen: [] };
}

function rowsOf({ columns, values }: Probabilities, rows: Uint32Array): Probabilities {
  const output = new Float64Array(rows.length * columns);
  for (const [i, row] of rows.entries())
    output.set(values.subarray(row * columns, (row + 1) * columns), i * columns);
  return { rows: rows.length, columns, values: output, unit: "probabilities" };
}

function rowAt({ columns, values }: Probabilities, row: number): Float64Array {
  return values.slice(row * columns, (row + 1) * columns);
}
