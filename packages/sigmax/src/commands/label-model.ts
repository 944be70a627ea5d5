import { InputError, type Classifier } from "@sigmax/core";
import { openLabelSource, type LabelSource, type LabelTargets } from "../sources/label-source.ts";
import { matchRows, readingFor, type FileOptions } from "./match.ts";

interface OpenOptions extends FileOptions {
  /** The column that lists the labels [that of the training rows]. */
  readonly target?: string | undefined;
  /** Columns to read as texts beside the model's own. */
  readonly kept?: readonly string[];
}

/**
 * Opens rows with labels as a model takes them. Labels that it does not know are left out, and said.
 *
 * @returns also what a user should know of how the model takes the rows, a sentence each
 * @throws InputError when the model does not take these rows, or a label column is not there
 */
export async function openForLabels(
  model: Classifier,
  modelPath: string,
  sourceName: string,
  { target, kept = [], ...file }: OpenOptions,
): Promise<{ source: LabelSource; notes: string[] }> {
  const source = await openLabelSource(sourceName, targetsOf(model, target), readingFor(model, file, kept));
  const notes = matchRows(model, source, modelPath, kept);
  return { source, notes: [...notes, ...source.labelNotes] };
}

/** Where the labels stood in training. @param target another column that lists them */
export function targetsOf({ classes, training }: Classifier, target: string | undefined): LabelTargets {
  const { separator } = training;
  if (separator !== undefined) return { column: target ?? training.target, separator, names: classes };
  if (target !== undefined && target !== classes.join(","))
    throw new InputError(
      `--target: the model's labels are the columns ${classes.join(", ")}, got ${target}; leave it out`,
    );
  return { columns: classes };
}

/** @throws InputError when a flag is given that is for classes that exclude each other */
export function refuseForLabels(flags: Readonly<Record<string, unknown>>): void {
  const given = Object.entries(flags).find(([, value]) => value !== undefined);
  if (given !== undefined)
    throw new InputError(
      `--${given[0]}: this is for classes of which every row has exactly one, and the model gives several labels; leave it out`,
    );
}
