import type { SavedModel } from "@sigmax/core/artifact";
import { roles } from "@sigmax/core/data";
import type { StrategyCost } from "@sigmax/core/decide";
import { count, percent, table } from "../output.ts";
import type { Cases } from "./cases.ts";
import type { Decider } from "./decider.ts";
import type { AcceptedRows, DecisionCounts, MeasuredDecisions } from "./decision-tally.ts";
import { readerInJson, readerInWords, type ReaderSummary } from "./reader-summary.ts";
import { assumption } from "./guarantees.ts";

/** What there is to say of a run of `decide`. */
export interface DecisionSummary {
  readonly model: SavedModel;
  readonly cases: Cases;
  readonly decider: Decider;
  readonly counts: DecisionCounts;
  readonly measured: MeasuredDecisions | null;
  /** Null where no reader was asked. */
  readonly reader: ReaderSummary | null;
}

export function decisionsInJson({
  model,
  cases,
  decider,
  counts,
  measured,
  reader,
}: DecisionSummary): object {
  const { prevalence } = decider;
  return {
    ...counts,
    classes: model.classes,
    intervals: decider.confidence,
    promises: decider.promises,
    assumption: decider.promises.length > 0 ? assumption : null,
    measured,
    reader: reader && readerInJson(reader),
    prevalence: prevalence && {
      from: Object.fromEntries(model.classes.map((name, k) => [name, prevalence.from[k]])),
      to: Object.fromEntries(model.classes.map((name, k) => [name, prevalence.to[k]])),
    },
    ids: decider.ids,
    notes: notesOf(model, cases, decider),
  };
}

export function decisionsInWords({
  model,
  cases,
  decider,
  counts,
  measured,
  reader,
}: DecisionSummary): string[] {
  const { rows, actions, referred, reasons } = counts;
  const notes = notesOf(model, cases, decider);
  return [
    `Decided on ${count(rows)} rows of ${cases.name}:`,
    ...indent(
      table(
        actions.map(({ action, rows: taken }) => [action, count(taken), percent(taken / rows)]),
        [1, 2],
      ),
    ),
    ...(reasons.length === 0
      ? []
      : [
          "",
          `Why ${count(referred)} were referred (a row may have several reasons):`,
          ...indent(
            table(
              reasons.map((each) => [each.reason, count(each.rows)]),
              [1],
            ),
          ),
        ]),
    ...(measured ? ["", ...measuredInWords(decider, measured)] : []),
    ...(reader
      ? [
          ...(measured?.costs
            ? [
                "  Rows that the reader answered count by what was done then, without the price of referring them.",
              ]
            : []),
          "",
          ...readerInWords(reader),
        ]
      : []),
    "",
    ...promisedInWords(decider),
    ...(notes.length > 0 ? ["", ...notes] : []),
    "",
    ...idsInWords(decider),
  ];
}

export function promisedInWords({ promises }: Pick<Decider, "promises">): string[] {
  return promises.length === 0
    ? ["Nothing is guaranteed of these decisions."]
    : ["Guaranteed:", ...promises.map((each) => `  ${each}`), `  ${assumption}`];
}

export function idsInWords({ ids }: Decider): string[] {
  return table([
    ["Model", ids.model ?? ""],
    ["Calibration", ids.calibration ?? ""],
    ["Policy", ids.policy ?? ""],
  ]);
}

/** What a reader of decisions must know, a sentence each. */
export function notesOf({ calibration, guarantees }: SavedModel, cases: Cases, decider: Decider): string[] {
  const { promises, prevalence, policy } = decider;
  const selective = guarantees?.selective ?? null;
  const spent = spentRows(cases);
  return [
    ...cases.notes,
    ...(prevalence ? [prevalence.sentence] : []),
    ...(prevalence && cases.truth
      ? ["What the decisions cost is not measured: these rows have their own shares of the classes."]
      : []),
    ...(policy.kind === "risk" && selective?.feasible === false
      ? [`No row is accepted: ${selective.sentence}.`]
      : []),
    ...(calibration === null
      ? [
          "The probabilities were never calibrated: they may be too sure or too timid, and with them the costs expected (sigmax calibrate).",
        ]
      : []),
    ...(spent === ""
      ? []
      : [
          `The model has seen ${cases.places.length === 1 ? "this row" : "some of these rows"} before (${spent}): ${promises.length > 0 ? "what is guaranteed is so of new cases, and " : ""}what it says of ${cases.places.length === 1 ? "it" : "them"} looks better than it is.`,
        ]),
  ];
}

/** "285 train, 85 calibrate": of the rows decided on. */
function spentRows({ rowRoles, places }: Cases): string {
  if (rowRoles === null) return "";
  const counts = roles.map(() => 0);
  for (const place of places) counts[rowRoles[place]]++;
  const [uses, rows] = [
    roles.filter((role, i) => role !== "unused" && role !== "test" && counts[i] > 0),
    places.length,
  ];
  return uses.map((role) => (rows === 1 ? role : `${count(counts[roles.indexOf(role)])} ${role}`)).join(", ");
}

function measuredInWords(
  { policy }: Decider,
  { rows, measuredOn, outcomes, costs, accepted }: MeasuredDecisions,
): string[] {
  return [
    `On the ${count(rows)} ${measuredOn} rows among them, whose true class is known:`,
    ...indent(
      table(
        [
          ["true class", ...policy.actions],
          ...outcomes.map((each) => [
            each.class,
            ...policy.actions.map((action) => count(each.actions[action])),
          ]),
        ],
        policy.actions.map((_, a) => a + 1),
      ),
    ),
    ...(policy.kind === "risk" ? [acceptedInWords(accepted)] : []),
    ...(costs ? ["", ...costsInWords(costs)] : []),
  ];
}

export function acceptedInWords({ rows, share, errors, interval }: AcceptedRows): string {
  const found = interval
    ? `, ${count(errors)} of them with a wrong label: ${percent(errors / rows)} (95 % interval ${interval.map(percent).join(" to ")})`
    : "";
  return `Accepted ${count(rows)} rows, ${percent(share)}${found}`;
}

/** The policy first, and what else one could do. */
export function costsInWords(costs: readonly StrategyCost[]): string[] {
  const show = (value: number): string => value.toFixed(4);
  const signed = (value: number): string => `${value < 0 ? "−" : "+"}${show(Math.abs(value))}`;
  return [
    "Cost per row, and how much more than the policy's:",
    ...indent(
      table(
        [
          ["", "cost", "95 % interval", "more", "95 % interval"],
          ...costs.map(({ strategy, mean, interval, difference, differenceInterval }, i) => [
            strategy,
            show(mean),
            interval.map(show).join(" to "),
            ...(i === 0 ? ["", ""] : [signed(difference), differenceInterval.map(signed).join(" to ")]),
          ]),
        ],
        [1, 3],
      ),
    ),
  ];
}

export function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
