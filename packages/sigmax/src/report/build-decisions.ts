import type { Labels, Probabilities } from "@sigmax/core/data";
import { policyCosts, type Decisions, type Policy, type RowCosts } from "@sigmax/core/decide";
import type { RowSet } from "../commands/rows.ts";
import type { CostFigures, ReferredRows } from "./decision-data.ts";

/** What a run that decided knows: one decision for each of the rows. */
export interface Decided {
  readonly policy: Policy;
  readonly decisions: Decisions;
  readonly rowCosts?: RowCosts | undefined;
  /** Columns that tell rows apart, as the user wants them kept. */
  readonly ids?: readonly { readonly name: string; readonly values: readonly string[] }[];
}

/** More would be no longer read. */
const mostShown = 50;

/** What the policy costs on these rows beside simpler ones; null unless it has costs. */
export function costsOf(
  { policy, decisions, rowCosts }: Decided,
  probabilities: Probabilities,
  labels: Labels,
): CostFigures | null {
  if (policy.kind !== "costs") return null;
  const confidence = 0.95;
  const options = { confidence, draws: 1000, ...(rowCosts && { rowCosts }) };
  return { strategies: policyCosts(policy, decisions, probabilities, labels, options), confidence };
}

export function referredRows(
  { decisions, ids = [] }: Decided,
  { places }: RowSet,
  { columns, values }: Probabilities,
): ReferredRows {
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
    idColumns: ids.map(({ name }) => name),
    shown: first.map((row) => {
      const { reasons } = decisions.decisionAt(row);
      const own = values.subarray(row * columns, (row + 1) * columns);
      const probability = Math.max(...own);
      return {
        row: places?.[row] ?? row,
        ids: ids.map((each) => each.values[row]),
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
