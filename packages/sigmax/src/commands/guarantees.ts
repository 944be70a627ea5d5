import { InputError, type Classifier } from "@sigmax/core";
import type { Guarantees } from "@sigmax/core/artifact";
import {
  evaluateSets,
  fitConformal,
  type ConformalSets,
  type ObservedCoverage,
  type SetEvaluation,
} from "@sigmax/core/conformal";
import { fitSelective, type Selective } from "@sigmax/core/decide";
import { count, percent } from "../output.ts";
import type { CalibrateFlags } from "./calibrate.flags.ts";
import type { Source } from "../sources/source.ts";
import type { RowSet } from "./rows.ts";
import { groupsBy, placesOf } from "./spent-rows.ts";

/**
 * What can be promised of a calibrated model, from rows that nothing else has seen.
 *
 * @throws InputError when there are too few of them for the coverage
 */
export function fitGuarantees(
  model: Classifier,
  rows: RowSet,
  sourceName: string,
  flags: CalibrateFlags,
): Guarantees {
  const { sets: method, coverage, by, targetRisk, confidence, seed } = flags;
  const probabilities = model.predict(rows.data);
  const groupColumn = by === "all" || by === "class" ? null : by;
  return {
    source: sourceName,
    rows: rows.data.rows,
    groupColumn,
    sets:
      method === "none"
        ? null
        : fitConformal(probabilities, rows.labels, {
            method,
            coverage,
            by: by === "all" || by === "class" ? by : groupsBy("--by", rows, by),
            seed,
            rowIds: placesOf(rows),
          }),
    selective:
      targetRisk === undefined ? null : fitSelective(probabilities, rows.labels, { targetRisk, confidence }),
  };
}

/** @throws InputError when a group of the source has no row among those kept, so that nothing could be said of it */
export function checkGroupsKept({ parts }: Source, kept: RowSet, by: string): void {
  if (by === "all" || by === "class") return;
  const known = new Set(groupsBy("--by", kept, by).classes);
  for (const { data } of parts) {
    const { classes, indices } = groupsBy("--by", { data }, by);
    const lost = classes.findIndex((name) => !known.has(name));
    if (lost < 0) continue;
    const rows = indices.reduce((sum, group) => sum + (group === lost ? 1 : 0), 0);
    throw new InputError(
      `--by: "${by}" is "${classes[lost]}" in ${count(rows)} ${rows === 1 ? "row" : "rows"}, none of them kept for guarantees, so nothing can be promised of it; join rare groups, or leave --by out`,
    );
  }
}

/** The label sets of some rows. @throws InputError when a row's group has no threshold */
export function setsOf(
  model: Classifier,
  { sets, groupColumn }: Guarantees,
  rows: RowSet,
): ReturnType<ConformalSets["sets"]> | null {
  if (sets === null) return null;
  return sets.sets(model.predict(rows.data), {
    rowIds: placesOf(rows),
    groups: groupColumn === null ? undefined : groupsBy("--by", rows, groupColumn),
  });
}

/** What the sets did on rows with known classes. */
export function checkSets(
  model: Classifier,
  guarantees: Guarantees | null,
  rows: RowSet,
): SetEvaluation | null {
  const found = guarantees && setsOf(model, guarantees, rows);
  return found && evaluateSets(found, rows.labels);
}

/** What is promised, in sentences that stand by themselves. */
export function promisesOf(guarantees: Guarantees): string[] {
  const { sets, selective, missedLabels } = guarantees;
  return [
    ...(sets === null ? [] : [promiseOfSets(sets, guarantees)]),
    ...(selective?.feasible ? [selective.sentence] : []),
    ...(missedLabels?.feasible ? [missedLabels.sentence] : []),
  ];
}

export function promiseOfSets(
  { by, method, coverage }: ConformalSets,
  { rows, groupColumn }: Pick<Guarantees, "rows" | "groupColumn">,
): string {
  const whom = {
    all: "of all cases",
    class: "of the cases of each true class",
    group: `of the cases of each ${groupColumn}`,
  }[by];
  return `in ${method.toUpperCase()} label sets the true class is among the labels for at least ${shareText(coverage)} ${whom}, on average over such calibrations, from ${count(rows)} rows kept for this`;
}

/** On what all of it rests. */
export const assumption =
  "This holds for cases that come from where the kept rows came from; it is void when the population, the measurements or the way cases are chosen change.";

/** 90 %, 99.5 % */
export function shareText(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}

/** What label sets did, in words. */
export function setsInWords(found: SetEvaluation): string[] {
  const line = ({ coverage, band, rows }: ObservedCoverage): string =>
    coverage === null
      ? "no rows"
      : `${percent(coverage)} of ${count(rows)} rows${band ? ` (${shareText(found.confidence)} band ${percent(band[0])} to ${percent(band[1])})` : ""}`;
  return [
    `Label sets, promised ${shareText(found.promised)}: the true class is in the set of ${line(found.overall)}`,
    `  ${found.meanSize.toFixed(2)} labels on average; ${percent(found.single)} of the rows have one, ${percent(found.multiple)} more, ${percent(found.empty)} none`,
    ...[...found.perClass, ...found.perGroup]
      .filter(({ band }) => band !== null)
      .map((each) => `  ${each.name}: ${line(each)}`),
  ];
}

/** @throws InputError unless a model promises the risk that a policy asks for, or a lower one */
export function needRisk(
  guarantees: Guarantees | null,
  modelPath: string,
  { targetRisk, confidence }: Pick<Selective, "targetRisk" | "confidence">,
): void {
  const promised = guarantees?.selective ?? null;
  if (promised && promised.targetRisk <= targetRisk && promised.confidence >= confidence) return;
  const wish = `a risk of ${targetRisk} with confidence ${confidence}`;
  const has =
    promised === null
      ? "this model promises none"
      : `this model promises ${promised.targetRisk} with ${promised.confidence}`;
  throw new InputError(
    `${modelPath}: the policy asks for ${wish}, but ${has}; keep rows for that (sigmax train --split 0.7/0.1/0.1/0.1) and run sigmax calibrate with --target-risk ${targetRisk} --confidence ${confidence}`,
  );
}
