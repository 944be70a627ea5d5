import { InputError, readModel } from "@sigmax/core";
import type { SavedModel } from "@sigmax/core/artifact";
import { roles } from "@sigmax/core/data";
import type { Difference, LabelModelComparison, ModelComparison } from "@sigmax/core/evaluate";
import { count, table } from "../output.ts";
import { readBytes } from "../sources/files.ts";
import type { Source } from "../sources/source.ts";
import { matchRows } from "./match.ts";
import type { RowSet } from "./rows.ts";

/** Two models on the same rows, figure by figure. */
export interface Compared {
  readonly rows: number;
  readonly confidence: number;
  readonly figures: readonly (readonly [name: string, difference: Difference])[];
  /** Rows that only the first model has right, and only the second. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** The files of the two. */
  readonly first: string;
  readonly second: string;
}

/**
 * Another model for some rows, which it must not have learned from either.
 *
 * @throws InputError when it does not take these rows, has other classes or another kind of them, or was trained on some rows
 */
export async function openAgainst(
  path: string,
  model: SavedModel,
  rows: RowSet,
  source: Source,
): Promise<SavedModel> {
  const other = readModel((await readBytes(path)).bytes, { where: path });
  const kindOf = ({ head }: SavedModel): string =>
    head.isExclusive ? "one class to a row" : "any number of labels";
  if (kindOf(other) !== kindOf(model))
    throw new InputError(
      `--against: ${path} gives ${kindOf(other)}, and the model ${kindOf(model)}; they have no figures in common`,
    );
  matchRows(other, source, path);
  if (other.classes.join("\n") !== model.classes.join("\n"))
    throw new InputError(
      `${path}: the model's ${model.head.isExclusive ? "classes" : "labels"} are ${other.classes.join(", ")}, but ${source.name} has ${model.classes.join(", ")}`,
    );
  const shas = await Promise.all(source.parts.map((part) => part.sha256));
  for (const { sha256, rowRoles } of other.ledger) {
    if (!shas.includes(sha256)) continue;
    const places = rows.places ?? Uint32Array.from({ length: rows.data.rows }, (_, row) => row);
    if (source.parts.length > 1 && places.length !== rowRoles.length) continue;
    const used = places.reduce(
      (sum, row) => sum + (["train", "validate"].includes(roles[rowRoles[row]]) ? 1 : 0),
      0,
    );
    if (used > 0)
      throw new InputError(
        `--against: ${path} has learned from ${count(used)} of these ${count(places.length)} rows, so the comparison would flatter it; train both on the same rows (the same --seed and --split)`,
      );
  }
  return other;
}

type Files = Pick<Compared, "first" | "second">;

export function comparedClasses(comparison: ModelComparison, files: Files): Compared {
  const { accuracy, logLoss, brier, auc } = comparison;
  return {
    ...comparison,
    ...files,
    figures: [
      ["accuracy", accuracy],
      ["log-loss", logLoss],
      ["Brier score", brier],
      ...auc.map((each) => [`AUC ${each.class}`, each] as const),
    ],
  };
}

export function comparedLabels(comparison: LabelModelComparison, files: Files): Compared {
  const { accuracy, hammingLoss, logLoss, brier, microF1, macroF1 } = comparison;
  return {
    ...comparison,
    ...files,
    figures: [
      ...(microF1 ? [["micro F1", microF1] as const] : []),
      ...(macroF1 ? [["macro F1", macroF1] as const] : []),
      ["exact set", accuracy],
      ["hamming loss", hammingLoss],
      ["log-loss", logLoss],
      ["Brier score", brier],
    ],
  };
}

/** The same for a terminal. */
export function comparedInWords({ rows, figures, onlyFirst, onlySecond, first, second }: Compared): string[] {
  const four = (value: number): string => value.toFixed(4);
  const signed = (value: number): string => `${value < 0 ? "−" : "+"}${four(Math.abs(value))}`;
  return [
    `Compared on the same ${count(rows)} rows: ${first} (first) and ${second} (second)`,
    ...table(
      [
        ["", "first", "second", "difference", "95 % interval", "p"],
        ...figures.map(([name, each]) => [
          name,
          four(each.first),
          four(each.second),
          signed(each.difference),
          each.interval.map(signed).join(" to "),
          each.p === null ? "" : each.p.toPrecision(2),
        ]),
      ],
      [1, 2, 3, 5],
    ).map((text) => `  ${text}`),
    `  right by the first alone: ${count(onlyFirst)}, by the second alone: ${count(onlySecond)}`,
  ];
}
