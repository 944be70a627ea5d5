import { InputError } from "@sigmax/core";
import type { LabelTargets } from "../sources/label-source.ts";
import type { TrainFlags } from "./train.flags.ts";

type TargetFlags = Pick<TrainFlags, "target" | "labels" | "head" | "classes">;

/**
 * Where the labels stand, if rows are to carry several: `--target a,b,c`, `--target tags --labels ";"`, or
 * `--head multilabel`; null for one class per row.
 *
 * @throws InputError when flags contradict each other, or no target is named
 */
export function labelTargetsOf({ target, labels, head, classes }: TargetFlags): LabelTargets | null {
  const columns = target?.split(",").map((name) => name.trim()) ?? [];
  const isSeveral = labels === undefined && columns.length > 1;
  if (!isSeveral && labels === undefined && head !== "multilabel") return null;
  if (head !== undefined && head !== "multilabel")
    throw new InputError(
      `--head: ${head} is for one class per row, and ${isSeveral ? "several targets" : "--labels"} for any number of labels; leave --head out`,
    );
  if (target === undefined)
    throw new InputError(
      "--target: name the columns of the labels (--target web,games), or the one that lists them (--target tags)",
    );
  if (labels !== undefined || !isSeveral) {
    if (labels === "")
      throw new InputError('--labels: expected what stands between two labels, such as ";", got nothing');
    return { column: target, separator: labels ?? ";", names: classes, mayBeOne: labels === undefined };
  }
  if (columns.includes("") || new Set(columns).size < columns.length)
    throw new InputError(`--target: expected different names with commas between, got ${target}`);
  if (classes !== undefined)
    throw new InputError("--classes: the labels are the target columns, in their order; leave it out");
  return { columns };
}
