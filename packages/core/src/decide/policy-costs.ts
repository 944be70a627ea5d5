import type { Labels, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { checkScores, topClasses } from "../evaluate/scores.ts";
import { drawOptions, type BootstrapOptions } from "./bootstrap.ts";
import { costsOfRows, type RowCosts } from "./cost-choice.ts";
import type { Decisions } from "./decision.ts";
import type { CostPolicy } from "./policy.ts";
import { strategyCosts, type StrategyCost } from "./strategy-costs.ts";

/**
 * What decisions cost on rows whose labels are known, beside doing always the same and acting on the most probable class.
 * A referral costs what the policy says. Intervals are percentiles over draws of the rows with replacement: an outcome that
 * no row shows has no weight in them.
 *
 * @param policy its costs judge; the decisions may come from another policy with the same actions
 * @throws InputError when rows, classes or actions do not fit together
 */
export function policyCosts(
  policy: CostPolicy,
  decisions: Pick<Decisions, "action" | "actions">,
  probabilities: Probabilities,
  labels: Labels,
  { rowCosts = {}, ...options }: BootstrapOptions & { readonly rowCosts?: RowCosts } = {},
): readonly StrategyCost[] {
  checkScores("policyCosts", probabilities, labels);
  const drawing = drawOptions("policyCosts", options);
  const { rows } = probabilities;
  const { actions, classes, referral } = policy;
  if (labels.classes.some((name, k) => name !== classes[k]) || classes.length !== labels.classes.length)
    throw new InputError(
      `policyCosts: the policy is for the classes ${classes.join(", ")}, the labels are ${labels.classes.join(", ")}`,
    );
  if (decisions.action.length !== rows)
    throw new InputError(`policyCosts: needs one decision per row, ${rows}, got ${decisions.action.length}`);
  const placeOf = decisions.actions.map((name) => actions.indexOf(name));
  const priced = decisions.action.findIndex((action) => placeOf[action] < 0);
  if (priced >= 0)
    throw new InputError(
      `policyCosts: the policy has no cost for the action "${decisions.actions[decisions.action[priced]]}" of row ${priced}`,
    );
  const costsOf = costsOfRows("policyCosts", policy, rows, rowCosts);
  const top = topClasses(probabilities);
  const cheapestFor = (costs: Float64Array, k: number): number => {
    let best = -1;
    for (let a = 0; a < actions.length; a++)
      if (a !== referral && (best < 0 || costs[a * classes.length + k] < costs[best * classes.length + k]))
        best = a;
    return best;
  };
  // Strategies across, each one's realised cost of every row down.
  const names = ["policy", ...actions.map((action) => `always ${action}`), "most probable class"];
  const realised = names.map(() => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    const costs = costsOf(row);
    const taken = [placeOf[decisions.action[row]], ...actions.keys(), cheapestFor(costs, top[row])];
    for (const [i, action] of taken.entries())
      realised[i][row] = costs[action * classes.length + labels.indices[row]];
  }
  return strategyCosts(names, realised, drawing);
}
