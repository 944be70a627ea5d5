/** The largest |found − expected| / |expected|, an expected number below 1e-3 taken for 1e-3; infinite where the lengths differ. */
export function relativeGap(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  return largest(
    found,
    expected,
    (value, truth) => Math.abs(value - truth) / Math.max(1e-3, Math.abs(truth)),
  );
}

/** The largest |found − expected|, as a share of the largest |expected|. */
export function scaledGap(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  const scale = Math.max(...Array.from(expected, Math.abs));
  return largest(found, expected, (value, truth) => Math.abs(value - truth) / scale);
}

function largest(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  gap: (value: number, truth: number) => number,
): number {
  if (found.length !== expected.length) return Infinity;
  return Math.max(...Array.from(found, (value, i) => gap(value, expected[i])));
}
