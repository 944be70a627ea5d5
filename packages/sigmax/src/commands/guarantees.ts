import { InputError, type Classifier } from "@sigmax/core";
import type { Guarantees } from "@sigmax/core/artifact";
import {
  evaluateSets,
  fitConformal,
  type ConformalSets,
  type ObservedCoverage,
  type SetEvaluation,
} from "@sigmax/core/conformal";
import { fitSelective } from "@sigmax/core/decide";
import { count, percent } from "../output.ts";
import type { CalibrateFlags } from "./calibrate.flags.ts";
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
export function promisesOf({ sets, selective, rows, groupColumn }: Guarantees): string[] {
  const sentences: string[] = [];
  if (sets !== null) {
    const whom =
      sets.by === "all"
        ? "of all cases"
        : sets.by === "class"
          ? "of the cases of each true class"
          : `of the cases of each ${groupColumn}`;
    sentences.push(
      `in ${sets.method.toUpperCase()} label sets the true class is among the labels for at least ${shareText(sets.coverage)} ${whom}, on average over such calibrations, from ${count(rows)} rows kept for this`,
    );
  }
  if (selective !== null) sentences.push(selective.sentence);
  return sentences;
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

/** @throws InputError unless a model has label sets or a promise of risk where they are needed */
export function needGuarantees(guarantees: Guarantees | null, modelPath: string, why: string): Guarantees {
  if (guarantees === null)
    throw new InputError(
      `${modelPath}: ${why}, but nothing is guaranteed of this model; keep rows for that (train --split 0.7/0.1/0.1/0.1) and run calibrate with --target-risk`,
    );
  return guarantees;
}
