import type { LabelSets, Probabilities, TableColumn } from "@sigmax/core/data";
import { labelActions, labelPolicyCosts, type LabelPolicy, type StrategyCost } from "@sigmax/core/decide";
import { count, table } from "../output.ts";
import { cell } from "../report/format.ts";
import type { LabelOutcome, ReferredLabels } from "../report/label-decisions.ts";
import { cellAt } from "../sources/source.ts";
import type { DecidedBlock } from "./decide-labels.ts";
import { costsInWords } from "./decision-summary.ts";
import { mostLines } from "./label-summary.ts";

/** What was decided, in numbers. */
export interface LabelCounts {
  readonly rows: number;
  readonly referredRows: number;
  readonly referredLabels: number;
  readonly perLabel: readonly { readonly label: string; readonly given: number; readonly referred: number }[];
  /** Mean over the rows; null for thresholds. */
  readonly expectedCost: number | null;
}

/** What the decisions did on rows with known labels that the model has not been fitted on. */
interface MeasuredLabelDecisions {
  readonly measuredRows: number;
  readonly outcomes: readonly LabelOutcome[];
  /** Null unless the policy has costs. */
  readonly costs: readonly StrategyCost[] | null;
}

/** Counts decisions as they are made, and keeps what measuring needs. */
interface LabelTally {
  add(block: DecidedBlock): void;
  counts(): LabelCounts;
  /** Null without rows to measure on. */
  measure(seed: number): MeasuredLabelDecisions | null;
  /** The first rows that go to a person. */
  shown(): readonly ReferredLabels[];
}

/** More would be no longer read. */
const mostShown = 50;

/**
 * @param kept columns that tell rows apart
 * @param judged places of the rows that the decisions are judged on, ascending
 * @param truth their labels; null where none are known
 */
export function createLabelTally(
  policy: LabelPolicy,
  kept: readonly TableColumn[],
  judged: Uint32Array,
  truth: LabelSets | null,
): LabelTally {
  const { labels, costs } = policy;
  const columns = labels.length;
  const given = labels.map(() => 0);
  const referred = labels.map(() => 0);
  const actions = new Uint8Array(judged.length * columns);
  const values = new Float64Array(judged.length * columns);
  const shown: ReferredLabels[] = [];
  let [rows, referredRows, referredLabels, cost, next] = [0, 0, 0, 0, 0];
  const keep = ({ decisions, values: own }: DecidedBlock, row: number): void => {
    const [from, to] = [row * columns, (row + 1) * columns];
    actions.set(decisions.actions.subarray(from, to), next * columns);
    values.set(own.subarray(from, to), next * columns);
    next++;
  };
  const show = ({ decisions, places }: DecidedBlock, row: number): void => {
    const doubts = decisions.decisionAt(row).labels.filter(({ action }) => action === "refer");
    if (doubts.length === 0) return;
    shown.push({
      row: places[row],
      ids: kept.map((column) => cell(cellAt(column, places[row]))),
      doubts: doubts.map(({ label, probability }) => ({ label, probability })),
    });
  };
  return {
    add(block) {
      const { decisions, places } = block;
      rows += decisions.rows;
      referredRows += decisions.referredRows;
      referredLabels += decisions.referredLabels;
      cost += decisions.rows * (decisions.expectedCost ?? 0);
      for (let k = 0; k < columns; k++) {
        given[k] += decisions.given[k];
        referred[k] += decisions.referred[k];
      }
      for (let row = 0; row < places.length; row++) {
        if (judged[next] === places[row]) keep(block, row);
        if (shown.length < mostShown) show(block, row);
      }
    },
    counts: () => ({
      rows,
      referredRows,
      referredLabels,
      perLabel: labels.map((label, k) => ({ label, given: given[k], referred: referred[k] })),
      expectedCost: costs !== null && rows > 0 ? cost / rows : null,
    }),
    measure(seed) {
      if (truth === null || judged.length === 0) return null;
      const probabilities: Probabilities = { rows: judged.length, columns, values, unit: "probabilities" };
      return {
        measuredRows: judged.length,
        outcomes: outcomesOf(policy, actions, truth),
        costs: costs && labelPolicyCosts(policy, { actions }, probabilities, truth, { seed }),
      };
    },
    shown: () => shown,
  };
}

function outcomesOf(
  { labels }: LabelPolicy,
  actions: Uint8Array,
  { values: marks }: LabelSets,
): LabelOutcome[] {
  const counts = new Float64Array(labels.length * 6); // of each label: left, given, referred × carried or not
  for (const [i, action] of actions.entries()) counts[(i % labels.length) * 6 + 2 * action + marks[i]]++;
  const at = (k: number, name: (typeof labelActions)[number], carried: 0 | 1): number =>
    counts[k * 6 + 2 * labelActions.indexOf(name) + carried];
  return labels.map((label, k) => ({
    label,
    given: at(k, "give", 0) + at(k, "give", 1),
    givenRightly: at(k, "give", 1),
    left: at(k, "leave", 0) + at(k, "leave", 1),
    missed: at(k, "leave", 1),
    referred: at(k, "refer", 0) + at(k, "refer", 1),
    referredCarried: at(k, "refer", 1),
  }));
}

/** The same for a terminal. */
export function labelDecisionsInWords(
  name: string,
  counts: LabelCounts,
  measured: MeasuredLabelDecisions | null,
  measuredOn: string,
): string[] {
  const { rows, referredRows, referredLabels, perLabel, expectedCost } = counts;
  const oftenFirst = perLabel.toSorted((a, b) => b.given + b.referred - a.given - a.referred);
  const rest = oftenFirst.length - mostLines;
  return [
    `${count(rows)} rows of ${name}: ${count(referredRows)} go to a person, with ${count(referredLabels)} labels in doubt`,
    ...table(
      [
        ["label", "given", "referred"],
        ...oftenFirst
          .slice(0, mostLines)
          .map((each) => [each.label, count(each.given), count(each.referred)]),
      ],
      [1, 2],
    ).map((line) => `  ${line}`),
    ...(rest > 0 ? [`  … and ${count(rest)} more, in --json`] : []),
    ...(expectedCost === null ? [] : [`Expected cost of a row: ${expectedCost.toFixed(4)}`]),
    ...(measured ? measuredInWords(measured, measuredOn) : []),
  ];
}

function measuredInWords({ measuredRows, outcomes, costs }: MeasuredLabelDecisions, on: string): string[] {
  const total = (figure: keyof Omit<LabelOutcome, "label">): string =>
    count(outcomes.reduce((sum, each) => sum + each[figure], 0));
  return [
    "",
    `On ${count(measuredRows)} ${on} rows with known labels: of ${total("given")} labels given ${total("givenRightly")} were right, of ${total("left")} left ${total("missed")} were missed, of ${total("referred")} referred ${total("referredCarried")} were carried`,
    ...(costs === null ? [] : costsInWords(costs)),
    "",
  ];
}
