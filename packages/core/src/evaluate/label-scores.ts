import { listOf, type LabelSets, type Logits, type Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";

/**
 * The door of everything about several labels. A label's logit may be ±Infinity: a probability of exactly 1 or 0.
 *
 * @throws InputError unless scores and label sets are of the same rows and labels, there is a row and a label, every mark is
 *   0 or 1, no logit is NaN and every probability is in [0, 1]
 */
export function checkLabelScores(where: string, scores: Logits | Probabilities, labelSets: LabelSets): void {
  checkLabelColumns(where, scores, labelSets.names);
  const { rows, columns } = scores;
  const { values } = labelSets;
  if (rows < 1) throw new InputError(`${where}: at least one row is needed, got ${rows}`);
  if (labelSets.rows !== rows)
    throw new InputError(`${where}: label sets must be as many as rows, ${rows}, got ${labelSets.rows}`);
  if (values.length !== rows * columns)
    throw new InputError(
      `${where}: ${rows} rows of ${columns} labels need ${rows * columns} marks, got ${values.length}`,
    );
  const wrong = values.findIndex((mark) => mark > 1);
  if (wrong >= 0)
    throw new InputError(
      `${where}: marks of labels must be 0 or 1, got ${values[wrong]} at row ${Math.floor(wrong / columns)}, label "${labelSets.names[wrong % columns]}"`,
    );
}

/** @throws InputError unless there is a column for each label, and every number is one a model can give */
export function checkLabelColumns(
  where: string,
  { rows, columns, values, unit }: Logits | Probabilities,
  names: readonly string[],
): void {
  if (names.length < 1) throw new InputError(`${where}: at least one label is needed, got none`);
  if (new Set(names).size < names.length)
    throw new InputError(`${where}: names of labels must differ, got ${listOf(names)}`);
  if (columns !== names.length)
    throw new InputError(`${where}: ${unit} must have one column per label, ${names.length}, got ${columns}`);
  if (values.length !== rows * columns)
    throw new InputError(
      `${where}: ${rows} rows of ${columns} labels need ${rows * columns} ${unit}, got ${values.length}`,
    );
  const isGood =
    unit === "logits" ? (value: number) => value >= -Infinity : (value: number) => value >= 0 && value <= 1;
  for (let i = 0; i < values.length; i++)
    if (!isGood(values[i]))
      throw new InputError(
        `${where}: ${unit} must be ${unit === "logits" ? "numbers" : "in [0, 1]"}, got ${values[i]} at row ${Math.floor(i / columns)}, label "${names[i % columns]}"`,
      );
}

/** One column of a rows × labels table. */
export function columnOf(
  { rows, columns, values }: { rows: number; columns: number; values: ArrayLike<number> },
  k: number,
): Float64Array {
  const output = new Float64Array(rows);
  for (let row = 0, i = k; row < rows; row++, i += columns) output[row] = values[i];
  return output;
}

/** The marks of one label, a 0 or 1 per row. */
export function marksOf({ names, rows, values }: LabelSets, k: number): Uint8Array {
  const output = new Uint8Array(rows);
  for (let row = 0, i = k; row < rows; row++, i += names.length) output[row] = values[i];
  return output;
}
