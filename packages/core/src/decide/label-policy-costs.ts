import type { LabelSets, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { drawOptions, type BootstrapOptions } from "./bootstrap.ts";
import type { LabelDecisions } from "./decide-labels.ts";
import type { LabelPolicy } from "./label-policy.ts";
import { strategyCosts, type StrategyCost } from "./strategy-costs.ts";

const [LEFT, GIVEN, REFERRED] = [0, 1, 2];

/**
 * What decisions on labels cost on rows whose labels are known, beside giving none, giving those as likely as not, and
 * referring every label where all can be referred. A row costs the sum over its labels: falsePositive where one is given that
 * it does not carry, falseNegative where one that it carries is left, refer where one is referred. Intervals as in
 * `policyCosts`.
 *
 * @param decisions `actions` as `decideLabels` gives them
 * @throws InputError when the policy has no costs, or none for a referral that was made, or things do not fit together
 */
export function labelPolicyCosts(
  policy: LabelPolicy,
  { actions }: Pick<LabelDecisions, "actions">,
  { rows, columns, values }: Probabilities,
  { names, values: marks }: LabelSets,
  options: BootstrapOptions = {},
): readonly StrategyCost[] {
  const where = "labelPolicyCosts";
  const drawing = drawOptions(where, options);
  const { costs, labels } = policy;
  if (costs === null) throw new InputError(`${where}: the policy has thresholds and no costs`);
  if (names.length !== labels.length || names.some((name, k) => name !== labels[k]))
    throw new InputError(
      `${where}: the policy is for the labels ${labels.join(", ")}, the rows carry ${names.join(", ")}`,
    );
  if (rows < 1) throw new InputError(`${where}: needs at least one row, got none`);
  if (columns !== labels.length || values.length !== marks.length || values.length !== actions.length)
    throw new InputError(
      `${where}: needs a probability, a mark and an action of ${rows} rows × ${labels.length} labels each, got ${values.length}, ${marks.length} and ${actions.length}`,
    );
  const unpriced = actions.findIndex(
    (action, i) => action === REFERRED && costs[i % columns].refer === Infinity,
  );
  if (unpriced >= 0)
    throw new InputError(
      `${where}: "${labels[unpriced % columns]}" is referred at row ${Math.floor(unpriced / columns)}, and referring it has no cost`,
    );
  const costOf = (i: number, action: number): number => {
    const { falsePositive, falseNegative, refer } = costs[i % columns];
    if (action === REFERRED) return refer;
    if (action === GIVEN) return marks[i] === 1 ? 0 : falsePositive;
    return marks[i] === 1 ? falseNegative : 0;
  };
  const realised = (actionAt: (i: number) => number): Float64Array => {
    const sums = new Float64Array(rows);
    for (let row = 0, i = 0; row < rows; row++)
      for (const end = i + columns; i < end; i++) sums[row] += costOf(i, actionAt(i));
    return sums;
  };
  const ways: [string, (i: number) => number][] = [
    ["policy", (i) => actions[i]],
    ["no label", () => LEFT],
    ["labels as likely as not", (i) => (values[i] >= 0.5 ? GIVEN : LEFT)],
    ...(costs.every(({ refer }) => refer < Infinity)
      ? [["refer every label", () => REFERRED] as [string, () => number]]
      : []),
  ];
  return strategyCosts(
    ways.map(([name]) => name),
    ways.map(([, actionAt]) => realised(actionAt)),
    drawing,
  );
}
