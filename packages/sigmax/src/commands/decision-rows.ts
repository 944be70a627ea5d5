import type { TableColumn } from "@sigmax/core/data";
import { reasonsOf, type Decision, type Policy } from "@sigmax/core/decide";
import { cellAt } from "../sources/source.ts";
import type { DecidedRows, Decider } from "./decider.ts";
import { keptOfRow, keptOutput, mostProbable, numberColumns } from "./predictions.ts";
import type { OutputColumn, OutputRows } from "./row-writer.ts";

/** Decisions on some rows as they are final: after a reader's answer the second one counts. */
export interface FinalRows {
  readonly places: Uint32Array;
  /** What the reader said of each row; null where nothing. */
  readonly answers: readonly (string | null)[];
  /** Where row `row` of the block stands: in which decisions, and at which place of them. */
  at(row: number): { readonly decided: DecidedRows; readonly row: number };
}

/** Decisions that no reader has seen. */
export function withoutReader(decided: DecidedRows): FinalRows {
  return {
    places: decided.places,
    answers: Array.from(decided.places, () => null),
    at: (row) => ({ decided, row }),
  };
}

/** The columns of a file of decisions. @param kept columns of the source that are carried along */
export function decisionColumns(
  { policy, confidence, hasSets }: Decider,
  kept: readonly TableColumn[],
): OutputColumn[] {
  const { classes, actions } = policy;
  const text = (name: string): OutputColumn => ({ name, kind: "text", isOptional: false });
  return [
    { name: "row", kind: "number", isOptional: false },
    ...keptOutput(kept),
    text("action"),
    text("reasons"),
    text("label"),
    ...numberColumns("probability", classes, false),
    ...(confidence === null ? [] : ["low", "high"].flatMap((end) => numberColumns(end, classes, true))),
    ...(hasSets ? [text("set")] : []),
    ...(policy.kind === "costs" ? numberColumns("cost", actions, true) : []),
    { name: "reader", kind: "text", isOptional: true },
  ];
}

/** What JSON lines call their fields beside the columns kept. */
const fields: readonly (keyof Decision)[] = [
  "row",
  "action",
  "referred",
  "preferred",
  "classes",
  "labelSet",
  "expectedCosts",
  "reasons",
  "promises",
  "ids",
];

/** The names that no column kept may have. */
export function ownNames(decider: Decider, path: string): string[] {
  return /\.jsonl$/i.test(path)
    ? [...fields, "reader"]
    : decisionColumns(decider, []).map(({ name }) => name);
}

/** Some decisions as rows of a file. */
export function decisionRows(
  { policy, confidence, hasSets }: Decider,
  kept: readonly TableColumn[],
  final: FinalRows,
): OutputRows {
  const { places, answers } = final;
  const { classes } = policy;
  const each = <T>(of: (decided: DecidedRows, row: number) => T): T[] =>
    Array.from(places, (_, i) => {
      const { decided, row } = final.at(i);
      return of(decided, row);
    });
  const byClass = (of: (decided: DecidedRows) => Float64Array | null): (number | null)[][] =>
    classes.map((_, k) => each((decided, row) => of(decided)?.[row * classes.length + k] ?? null));
  return {
    rows: places.length,
    columns: () => [
      places,
      ...kept.map((column) => Array.from(places, (place) => cellAt(column, place))),
      each(({ decisions }, row) => decisions.actions[decisions.action[row]]),
      each(({ decisions }, row) => reasonsOf(decisions.reasonBits[row]).join(";")),
      each(({ probabilities }, row) => classes[mostProbable(probabilities.values, row, classes.length)]),
      ...byClass(({ probabilities }) => probabilities.values),
      ...(confidence === null ? [] : [...byClass(({ low }) => low), ...byClass(({ high }) => high)]),
      ...(hasSets ? [each(({ sets }, row) => setText(classes, sets, row))] : []),
      ...(policy.kind === "costs" ? costColumns(policy, each) : []),
      answers,
    ],
    objectAt(row) {
      const { decided, row: own } = final.at(row);
      return {
        ...keptOfRow(kept, places[row]),
        ...decided.decisions.decisionAt(own),
        row: places[row],
        reader: answers[row],
      };
    },
  };
}

function costColumns(
  { actions }: Policy,
  each: <T>(of: (decided: DecidedRows, row: number) => T) => T[],
): (number | null)[][] {
  return actions.map((action) =>
    each(({ decisions }, row) => {
      const place = decisions.actions.indexOf(action);
      return place < 0 ? null : (decisions.expectedCosts?.[row * decisions.actions.length + place] ?? null);
    }),
  );
}

function setText(classes: readonly string[], sets: Uint8Array | null, row: number): string {
  return classes.filter((_, k) => sets?.[row * classes.length + k] === 1).join(";");
}
