import {
  conformalSets,
  type ConformalNumbers,
  type ConformalSets,
  type MissedLabels,
} from "../conformal/index.ts";
import type { Selective } from "../decide/index.ts";
import type { ClassifierParts } from "../model/index.ts";
import type { Reader } from "./reader.ts";

/** What rows that nothing else has seen promise of a model. */
export interface Guarantees {
  /** What those rows were named, and how many there were. */
  readonly source: string;
  readonly rows: number;
  /** The column whose values are the groups that `sets` goes by; null where it does not go by group. */
  readonly groupColumn: string | null;
  readonly sets: ConformalSets | null;
  readonly selective: Selective | null;
  /** Of several labels, how many a set misses; absent of classes that exclude each other. */
  readonly missedLabels?: MissedLabels;
}

/** Plain numbers and texts: JSON holds them to the last bit. */
export function describeGuarantees({
  source,
  rows,
  groupColumn,
  sets,
  selective,
  missedLabels,
}: Guarantees): object {
  return { source, rows, groupColumn, sets, selective, ...(missedLabels && { missedLabels }) };
}

export function readGuarantees(
  read: Reader,
  { classes, head }: Pick<ClassifierParts, "classes" | "head">,
): Guarantees {
  const sets = read.optional("sets");
  const selective = read.optional("selective");
  const missedLabels = read.has("missedLabels") ? read.inside("missedLabels") : null;
  if (head.isExclusive && missedLabels) read.fail("missedLabels", "absent: the model is of classes");
  if (!head.isExclusive && (sets ?? selective))
    read.fail(sets ? "sets" : "selective", "null: the model is of several labels");
  return {
    source: read.text("source"),
    rows: read.count("rows"),
    groupColumn: read.isNull("groupColumn") ? null : read.text("groupColumn"),
    sets: sets && conformalSets(readSets(sets, classes)),
    selective: selective && readSelective(selective),
    ...(missedLabels && { missedLabels: readMissedLabels(missedLabels) }),
  };
}

function readSets(read: Reader, classes: readonly string[]): ConformalNumbers {
  const by = read.oneOf("by", ["all", "class", "group"]);
  const thresholds = read.list("thresholds").map((each) => ({
    name: each.text("name"),
    rows: each.count("rows"),
    rank: each.count("rank"),
    cutoff: each.number("cutoff"),
    tie: each.number("tie"),
  }));
  if (thresholds.length < 1 || (by === "all" && thresholds.length > 1))
    read.fail("thresholds", "one, or one per class or group");
  if (by === "class" && thresholds.length !== classes.length) read.fail("thresholds", "one per class");
  if (read.texts("classes").join("\n") !== classes.join("\n"))
    read.fail("classes", "the classes of the model");
  return {
    kind: read.oneOf("kind", ["split"]),
    method: read.oneOf("method", ["lac", "aps", "raps"]),
    penalty: read.number("penalty"),
    freeRank: read.count("freeRank"),
    coverage: read.number("coverage"),
    by,
    randomized: read.flag("randomized"),
    seed: read.count("seed"),
    classes,
    thresholds,
  };
}

/** In the order that `fitSelective` gives: so a model that is read and written again has the same bytes. */
function readSelective(read: Reader): Selective {
  return {
    method: read.oneOf("method", ["sgr", "ltt"]),
    targetRisk: read.number("targetRisk"),
    confidence: read.number("confidence"),
    rows: read.count("rows"),
    rowsNeeded: read.count("rowsNeeded"),
    feasible: read.flag("feasible"),
    threshold: read.number("threshold"),
    accepted: read.count("accepted"),
    errors: read.count("errors"),
    coverage: read.number("coverage"),
    bound: read.isNull("bound") ? null : read.number("bound"),
    sentence: read.text("sentence"),
  };
}

/** In the order that `controlMissedLabels` gives. */
function readMissedLabels(read: Reader): MissedLabels {
  const share = (name: string): number => {
    const found = read.number(name);
    return found >= 0 && found <= 1 ? found : read.fail(name, "in [0, 1]");
  };
  const alpha = share("alpha");
  if (alpha === 0 || alpha === 1) read.fail("alpha", "above 0 and below 1");
  return {
    alpha,
    feasible: read.flag("feasible"),
    threshold: share("threshold"),
    rows: read.count("rows"),
    observed: share("observed"),
    adjusted: share("adjusted"),
    meanSize: read.number("meanSize"),
    sentence: read.text("sentence"),
  };
}
