import { evaluate, InputError } from "@sigmax/core";
import type { SavedModel } from "@sigmax/core/artifact";
import type { TableColumn } from "@sigmax/core/data";
import type { Reported } from "../report/build.ts";
import type { Cases } from "./cases.ts";
import type { Decider } from "./decider.ts";
import type { MeasuredDecisions } from "./decision-tally.ts";
import { isFresh } from "./decision-tally.ts";
import type { DecideFlags } from "./decide.flags.ts";
import { reportPathOf } from "./report-file.ts";
import { takeAny, type RowSet } from "./rows.ts";

/** Where the report of decisions goes. @throws InputError when there would be nothing to report on */
export async function decisionReportPath(
  { report, prevalence, readings, explain, out }: DecideFlags,
  cases: Cases,
  others: readonly string[],
): Promise<string | null> {
  const path = await reportPathOf(report, null, out === undefined ? others : [...others, out]);
  if (path === null) return null;
  const clash = Object.entries({ prevalence, readings, explain }).find(([, value]) => value !== undefined);
  if (clash !== undefined)
    throw new InputError(
      `--report: it shows what the model decides by itself, where it was measured; leave --${clash[0]} out`,
    );
  if (judgedPlaces(cases).length === 0)
    throw new InputError(
      `--report: needs rows with known classes that the model has not been fitted on, and ${cases.name} has none here; name the column with the classes (--target), or leave --report out`,
    );
  return path;
}

/** All decisions, judged on the rows whose classes are known and fresh. */
export function reportOfDecisions(
  model: SavedModel,
  cases: Cases,
  decider: Decider,
  {
    modelPath,
    kept,
    measured,
    seconds,
    seed,
  }: {
    readonly modelPath: string;
    readonly kept: readonly TableColumn[];
    readonly measured: MeasuredDecisions | null;
    readonly seconds: Reported["seconds"];
    readonly seed: number;
  },
): Reported {
  const tested = judgedRows(model, cases);
  const logits = model.logits(tested.data);
  const { decisions, probabilities } = decider.decide(cases.places);
  return {
    model,
    guarantees: model.guarantees,
    source: { name: cases.name, scale: null },
    tested,
    evaluatedOn: cases.rowRoles === null ? "new" : "test",
    logits,
    evaluation: evaluate(logits, tested.labels, { seed }),
    modelPath,
    seconds,
    decided: { decisions, probabilities, places: cases.places, kept },
    ...(measured?.costs && { costs: measured.costs }),
  };
}

function judgedPlaces(cases: Cases): Uint32Array {
  const { truth, places } = cases;
  return truth === null
    ? new Uint32Array(0)
    : places.filter((place) => truth[place] >= 0 && isFresh(cases, place));
}

function judgedRows({ classes }: SavedModel, cases: Cases): RowSet {
  const places = judgedPlaces(cases);
  const indices = Int32Array.from(places, (place) => cases.truth?.[place] ?? -1);
  return { data: takeAny(cases.data, places), labels: { classes, indices }, places };
}
