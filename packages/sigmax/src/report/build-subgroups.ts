import { evaluate } from "@sigmax/core";
import { labelsOf, takeRows, type Labels, type Probabilities } from "@sigmax/core/data";
import { evaluateSets, type PredictionSets } from "@sigmax/core/conformal";
import { normalQuantile, wilsonInterval } from "@sigmax/core/statistics";
import { groupsBy } from "../commands/spent-rows.ts";
import { cellAt, isTable } from "../sources/source.ts";
import type { Reported } from "./build.ts";
import type { Figure, Subgroup, Subgroups } from "./decision-data.ts";

/** A column with more names divides rows too finely; more columns would be read for the worst group of all. */
const mostGroups = 12;
const mostColumns = 3;

/** The same figures for the rows of each value of a column. */
export function subgroupsOf(
  reported: Reported,
  probabilities: Probabilities,
  sets: PredictionSets | null,
): readonly Subgroups[] {
  const { evaluation } = reported;
  const event = evaluation.positive;
  const referred = placesReferred(reported);
  return columnsOf(reported).map(({ name, groups }) => {
    const covered = sets && evaluateSets(sets, reported.tested.labels, { groups }).perGroup;
    return {
      column: name,
      event,
      confidence: evaluation.confidence,
      groups: groups.classes.flatMap((group, g) => {
        const rows = placesOf(groups, g);
        if (rows.length === 0) return [];
        const own = covered?.[g];
        return [
          {
            name: group,
            rows: rows.length,
            ...accuracyAndLoss(reported, rows),
            gap: gapOf(reported, probabilities, rows),
            coverage: own?.interval ? { value: own.coverage ?? 0, interval: own.interval } : null,
            referred: referredOf(reported, referred, rows),
          },
        ];
      }),
    };
  });
}

/** The column asked for, that of the guarantees, or those of the table that have a few names. */
function columnsOf({ tested, guarantees, by }: Reported): { name: string; groups: Labels }[] {
  const asked = by ?? guarantees?.groupColumn ?? null;
  if (asked !== null) return [{ name: asked, groups: groupsBy("--by", tested, asked) }];
  const { data } = tested;
  if (!isTable(data)) return [];
  return data.columns
    .filter((column) => column.kind === "categorical")
    .flatMap((column) => {
      const cells = Array.from({ length: data.rows }, (_, row) => cellAt(column, row) ?? "missing");
      const groups = labelsOf(cells);
      const count = groups.classes.length;
      return count >= 2 && count <= mostGroups ? [{ name: column.name, groups }] : [];
    })
    .slice(0, mostColumns);
}

function placesOf({ indices }: Labels, group: number): Uint32Array {
  const places: number[] = [];
  for (let row = 0; row < indices.length; row++) if (indices[row] === group) places.push(row);
  return Uint32Array.from(places);
}

function accuracyAndLoss(
  { logits, tested: { labels }, evaluation }: Reported,
  places: Uint32Array,
): Pick<Subgroup, "accuracy" | "logLoss"> {
  const own = { ...takeRows(logits, places), unit: "logits" as const };
  const indices = Int32Array.from(places, (row) => labels.indices[row]);
  const { confidence } = evaluation;
  const found = evaluate(own, { classes: labels.classes, indices }, { confidence, draws: 200 });
  return {
    accuracy: { value: found.accuracy, interval: found.intervals.accuracy },
    logLoss: { value: found.logLoss, interval: found.intervals.logLoss },
  };
}

/** Mean of p − y over the rows, with its normal interval: of the event of two classes, or of the class that was chosen. */
function gapOf(
  { evaluation, tested: { labels } }: Reported,
  { columns, values }: Probabilities,
  places: Uint32Array,
): Figure {
  const { positive, confidence } = evaluation;
  const event = positive === null ? -1 : labels.classes.indexOf(positive);
  let sum = 0;
  let squares = 0;
  for (const row of places) {
    const own = values.subarray(row * columns, (row + 1) * columns);
    const k = event >= 0 ? event : own.indexOf(Math.max(...own));
    const gap = own[k] - Number(labels.indices[row] === k);
    sum += gap;
    squares += gap * gap;
  }
  const value = sum / places.length;
  const variance = Math.max(0, squares / places.length - value * value) / Math.max(1, places.length - 1);
  const reach = normalQuantile((1 + confidence) / 2) * Math.sqrt(variance);
  return { value, interval: [Math.max(-1, value - reach), Math.min(1, value + reach)] };
}

function referredOf(
  { evaluation, tested }: Reported,
  referredPlaces: ReadonlySet<number> | null,
  rows: Uint32Array,
): Figure | null {
  if (referredPlaces === null) return null;
  let referred = 0;
  for (const row of rows) if (referredPlaces.has(tested.places?.[row] ?? row)) referred++;
  return {
    value: referred / rows.length,
    interval: wilsonInterval(referred, rows.length, evaluation.confidence),
  };
}

/** Where the rows handed to a person stand in the source; null where nothing was decided. */
function placesReferred({ decided }: Reported): ReadonlySet<number> | null {
  if (!decided) return null;
  const { action, referral } = decided.decisions;
  return new Set(decided.places.filter((_, row) => action[row] === referral));
}
