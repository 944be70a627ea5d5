/**
 * a + b − sum, exactly, where `sum` is a + b as rounded by float64; NaN when one of them is infinite.
 *
 * @see Knuth, The Art of Computer Programming 2 (1997), §4.2.2, theorem B (TwoSum)
 */
export function lostInSum(a: number, b: number, sum: number): number {
  const part = sum - a;
  return a - (sum - part) + (b - part);
}
