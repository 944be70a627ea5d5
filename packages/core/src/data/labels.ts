import { InputError } from "../errors/index.ts";

/** The true class of every row: an index into `classes`. */
export interface Labels {
  readonly classes: readonly string[];
  /** One per row, each in [0, classes.length). */
  readonly indices: Int32Array;
}

/**
 * Labels over class names. Unless `classes` gives the order, numeric names are sorted by value and
 * any others by code point.
 *
 * @throws InputError when a value is NaN, infinite or not one of `classes`, or `classes` repeats a name
 */
export function labelsOf(values: readonly (string | number)[], classes?: readonly string[]): Labels {
  const bad = values.findIndex((value) => typeof value === "number" && !Number.isFinite(value));
  if (bad >= 0)
    throw new InputError(`labels: must be texts or finite numbers, got ${values[bad]} at row ${bad}`);
  const names = values.map(String);
  const order = classes ?? sortClasses([...new Set(names)]);
  const index = new Map(order.map((name, i) => [name, i]));
  if (index.size !== order.length)
    throw new InputError(`labels: class names must differ, got ${order.join(", ")}`);
  const indices = new Int32Array(names.length);
  for (let i = 0; i < names.length; i++) {
    const found = index.get(names[i]);
    if (found === undefined)
      throw new InputError(
        `labels: must be one of ${order.slice(0, 12).join(", ")}${order.length > 12 ? ", …" : ""}, got "${names[i]}" at row ${i}`,
      );
    indices[i] = found;
  }
  return { classes: order, indices };
}

/** The order of classes when nobody gave one: numbers ascending, other names (and equal numbers) by code point. */
export function sortClasses(names: readonly string[]): string[] {
  const numeric = names.every((name) => name.trim() !== "" && Number.isFinite(Number(name)));
  return numeric
    ? names.toSorted((a, b) => Number(a) - Number(b) || compareCodePoints(a, b))
    : names.toSorted(compareCodePoints);
}

/** Unlike `<`, which compares UTF-16 units and puts the code points above U+FFFF before some below. */
function compareCodePoints(a: string, b: string): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a.codePointAt(i) ?? 0) - (b.codePointAt(i) ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Σ s over the rows of each class; without weights their number. */
export function classTotals(
  { classes, indices }: { readonly classes: { readonly length: number }; readonly indices: Int32Array },
  sampleWeights: ArrayLike<number> | null,
): Float64Array {
  const totals = new Float64Array(classes.length);
  if (sampleWeights) {
    for (let row = 0; row < indices.length; row++) totals[indices[row]] += sampleWeights[row];
    return totals;
  }
  const others = new Float64Array(classes.length); // of every second row: an addition need not wait for the last one
  for (let row = 0; row + 2 <= indices.length; row += 2) {
    totals[indices[row]]++;
    others[indices[row + 1]]++;
  }
  if (indices.length % 2 === 1) totals[indices[indices.length - 1]]++;
  return totals.map((total, k) => total + others[k]);
}
