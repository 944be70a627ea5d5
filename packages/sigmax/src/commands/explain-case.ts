import { InputError } from "@sigmax/core";
import type { SavedModel } from "@sigmax/core/artifact";
import { roles } from "@sigmax/core/data";
import type { Decision, Policy } from "@sigmax/core/decide";
import { percent, printJson, printLines, table } from "../output.ts";
import type { Cases } from "./cases.ts";
import type { Decider } from "./decider.ts";
import { idsInWords, indent, notesOf, promisedInWords } from "./decision-summary.ts";
import { withoutReader } from "./decision-rows.ts";
import { contributionLines, explainOne, noContributions, probabilityLines } from "./explain.ts";
import { assumption, shareText } from "./guarantees.ts";
import { narrowIntervals } from "./network-words.ts";
import { takeAny } from "./rows.ts";
import type { SecondDecisions } from "./second-decision.ts";

/** So many columns are shown; the rest is one line. */
const mostColumns = 12;

/** Prints one case as a person would want to read it: what was decided and why first, what it rests on below. */
export function explainCase(
  model: SavedModel,
  cases: Cases,
  decider: Decider,
  row: number,
  { isJson, second }: { isJson: boolean; second: SecondDecisions | null },
): void {
  const { rows } = cases.data;
  if (row >= rows) throw new InputError(`--explain: ${cases.name} has the rows 0 to ${rows - 1}, got ${row}`);
  const place = Uint32Array.of(row);
  const first = decider.decide(place);
  const final = second?.apply(first) ?? withoutReader(first);
  const { decided, row: own } = final.at(0);
  const decision = decided.decisions.decisionAt(own);
  const [answer] = final.answers;
  const confidence = decider.confidence ?? 0.95;
  const one = { ...cases, places: place, notes: [] }; // those are of all rows
  const explanation =
    model.scores === null && model.body === null
      ? explainOne(model, takeAny(cases.data, place), confidence)
      : null;
  const truth = cases.truth?.[row] ?? -1;
  const notes = notesOf(model, one, decider);
  if (isJson) {
    printJson({
      ...decision,
      row,
      trueClass: truth < 0 ? null : model.classes[truth],
      spentOn: cases.rowRoles === null ? null : roles[cases.rowRoles[row]],
      reader: answer,
      confidence: decider.confidence,
      assumption: decision.promises.length > 0 ? assumption : null,
      explanation,
      notes,
    });
    return;
  }
  printLines([
    `Row ${row} of ${cases.name}`,
    "",
    ...decisionLines(
      decision,
      answer === null ? whyPreferred(model, decider.policy, decision) : lowestCost(decision),
    ),
    ...(answer === null ? [] : [`A reader saw this case and said: ${answer}.`]),
    "",
    probabilityTitle(model, answer),
    ...probabilityLines(decision.classes, confidence),
    ...(decision.labelSet === null
      ? []
      : [
          "",
          `Labels that fit at a coverage of ${shareText(model.guarantees?.sets?.coverage ?? 0)}: ${decision.labelSet.join(", ") || "none"}`,
        ]),
    ...costLines(decision),
    ...(explanation ? ["", ...contributionLines(model, explanation, confidence, mostColumns)] : []),
    ...(model.body === null
      ? []
      : ["", noContributions(model), ...(model.inference ? [narrowIntervals] : [])]),
    "",
    ...promisedInWords(answer === null ? decider : { promises: [] }),
    ...(notes.length > 0 ? ["", ...notes] : []),
    ...(truth < 0 ? [] : ["", `The true class of this row is known: ${model.classes[truth]}.`]),
    "",
    ...idsInWords(decider),
  ]);
}

/** What is done and why, in sentences. @param why the policy prefers what it does; empty where nothing speaks for it */
function decisionLines({ action, referred, preferred, reasons }: Decision, why: string): string[] {
  const because = reasons.map(({ code, sentence }) => `  ${code}: ${sentence}.`);
  if (!referred)
    return [
      `Decision: ${action}.`,
      ...(why === "" ? [] : [`  ${why}`]),
      ...(reasons.length === 0 ? [] : ["Doubts that this policy does not refer for:", ...because]),
    ];
  return [
    "Decision: refer to a person, because",
    ...because,
    ...(preferred === action ? [] : [`Without that it would be "${preferred}".`, `  ${why}`]),
  ];
}

/** Why the policy prefers what it does, without its doubts. */
function whyPreferred({ guarantees }: SavedModel, policy: Policy, decision: Decision): string {
  const { classes, preferred } = decision;
  if (policy.kind === "costs") return lowestCost(decision);
  if (policy.kind === "risk") {
    const own = classes.find((each) => each.class === preferred);
    const least = guarantees?.selective?.threshold ?? 1;
    return own
      ? `Its probability, ${percent(own.probability)}, is above ${percent(least)}: such rows are accepted.`
      : "";
  }
  const reached = classes.filter(
    (each, k) =>
      policy.actions[policy.actionOfClass[k]] === preferred && each.probability >= policy.thresholds[k],
  );
  return reached.length === 0
    ? "No probability reaches its threshold."
    : reached
        .map(
          (each) =>
            `The probability of ${each.class}, ${percent(each.probability)}, reaches its threshold, ${percent(policy.thresholds[policy.classes.indexOf(each.class)])}.`,
        )
        .join(" ");
}

function lowestCost({ expectedCosts, preferred }: Decision): string {
  const cost = expectedCosts?.find((each) => each.action === preferred)?.cost;
  return cost === undefined ? "" : `Its expected cost, ${shortly(cost)}, is the lowest.`;
}

function probabilityTitle({ calibration }: SavedModel, answer: string | null): string {
  const source =
    calibration === null
      ? ", never calibrated"
      : `, ${calibration.calibrator.kind === "identity" ? "left as they are" : `calibrated by ${calibration.calibrator.kind}`} (${calibration.rows} rows of ${calibration.source})`;
  return `Probabilities${source}${answer === null ? "" : ", after the reader's answer"}`;
}

function costLines({ expectedCosts }: Decision): string[] {
  if (expectedCosts === null) return [];
  return [
    "",
    "Expected cost of each action",
    ...indent(
      table(
        expectedCosts.map((each) => [each.action, shortly(each.cost)]),
        [1],
      ),
    ),
  ];
}

function shortly(value: number): string {
  return String(Number(value.toPrecision(4)));
}
