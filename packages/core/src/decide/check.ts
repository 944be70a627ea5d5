import { listOf, type Labels, type Probabilities } from "../data/index.ts";
import { InputError, suggestion } from "../errors/index.ts";
import { checkProbabilityRows } from "../evaluate/scores.ts";

/** @throws InputError unless there is a row, and every row holds probabilities that sum to 1 within 1e-4 */
export function checkRows(where: string, probabilities: Probabilities, classCount: number): void {
  if (!(probabilities.rows >= 1))
    throw new InputError(`${where}: at least one row is needed, got ${probabilities.rows}`);
  checkProbabilityRows(where, probabilities, classCount);
}

/** @throws InputError unless so many numbers came */
export function checkLength(where: string, what: string, values: ArrayLike<unknown>, length: number): void {
  if (values.length !== length)
    throw new InputError(`${where}: ${what} must be ${length} in number, got ${values.length}`);
}

/** @throws InputError unless the number is inside (0, 1) */
export function checkShare(where: string, what: string, value: number): void {
  if (!(value > 0 && value < 1)) throw new InputError(`${where}: ${what} must be in (0, 1), got ${value}`);
}

/** The place of a class. @throws InputError when the labels lack it */
export function placeOfClass(where: string, { classes }: Pick<Labels, "classes">, name: string): number {
  const place = classes.indexOf(name);
  if (place < 0)
    throw new InputError(
      `${where}: there is no class "${name}" (${listOf(classes)})${suggestion(name, classes)}`,
    );
  return place;
}
