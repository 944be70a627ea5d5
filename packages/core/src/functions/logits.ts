import { InputError } from "../errors/index.ts";

/** Refuses logits that are not whole rows of `columns`, or hold NaN or +Infinity; −Infinity masks a class. */
export function checkLogits(where: string, logits: ArrayLike<number>, columns: number): void {
  if (!Number.isInteger(columns) || columns < 1)
    throw new InputError(`${where}: columns must be a whole number ≥ 1, got ${columns}`);
  if (logits.length % columns !== 0)
    throw new InputError(`${where}: logits must fill whole rows of ${columns}, got ${logits.length} values`);
  for (let i = 0; i < logits.length; i++) {
    if (!(logits[i] < Infinity))
      throw new InputError(
        `${where}: logits must be finite, or −Infinity to mask a class, got ${logits[i]} at row ${Math.floor(i / columns)}, column ${i % columns}`,
      );
  }
}

/** The place of the first largest value in [start, end). */
export function largestIn(values: ArrayLike<number>, start: number, end: number): number {
  let place = start;
  for (let i = start + 1; i < end; i++) if (values[i] > values[place]) place = i;
  return place;
}
