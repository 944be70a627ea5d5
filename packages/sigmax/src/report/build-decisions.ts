import type { Probabilities, TableColumn } from "@sigmax/core/data";
import type { Decisions } from "@sigmax/core/decide";
import { cellAt } from "../sources/source.ts";
import type { ReferredRows } from "./decision-data.ts";
import { cell } from "./format.ts";

/** What a run that decided knows. */
export interface Decided {
  readonly decisions: Decisions;
  /** What they go by, and where the rows stand in the source. */
  readonly probabilities: Probabilities;
  readonly places: Uint32Array;
  /** Columns of the source that tell rows apart, as the user wants them kept. */
  readonly kept: readonly TableColumn[];
}

/** More would be no longer read. */
const mostShown = 50;

export function referredRows({
  decisions,
  kept,
  places,
  probabilities: { columns, values },
}: Decided): ReferredRows {
  const { rows, actions, action, referral, referred, reasonCounts, classes } = decisions;
  const counts = actions.map(() => 0);
  const first: number[] = [];
  for (let row = 0; row < rows; row++) {
    counts[action[row]]++;
    if (action[row] === referral && first.length < mostShown) first.push(row);
  }
  return {
    rows,
    actions: actions.map((name, a) => ({ action: name, rows: counts[a] })),
    referred,
    reasonCounts,
    idColumns: kept.map(({ name }) => name),
    shown: first.map((row) => {
      const { reasons } = decisions.decisionAt(row);
      const own = values.subarray(row * columns, (row + 1) * columns);
      const probability = Math.max(...own);
      return {
        row: places[row],
        ids: kept.map((column) => cell(cellAt(column, places[row]))),
        probable: classes[own.indexOf(probability)],
        probability,
        otherwise: bestAction(decisions, row),
        reasons: reasons.map(({ sentence }) => sentence),
      };
    }),
  };
}

/** What would be done if nobody could be asked; null where the policy does not say. */
function bestAction({ actions, referral, preferred, expectedCosts }: Decisions, row: number): string | null {
  if (preferred[row] !== referral) return actions[preferred[row]];
  if (expectedCosts === null) return null;
  const costs = expectedCosts.slice(row * actions.length, (row + 1) * actions.length);
  costs[referral] = Infinity;
  return actions[costs.indexOf(Math.min(...costs))];
}
