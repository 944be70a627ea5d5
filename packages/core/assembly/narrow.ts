/**
 * Rows of float64, one behind the other, as rows of float32 that are `stride` elements apart; the padding is left alone.
 *
 * @returns whether all of them are finite in float32
 */
export function narrowRows(from: usize, rows: i32, columns: i32, stride: i32, to: usize): bool {
  const gap = <usize>(stride - columns) << 2;
  let differences = f32x4.splat(0); // x − x: 0, or NaN of what is not finite
  for (let row = 0; row < rows; row++, to += gap) {
    let left = columns;
    for (; left >= 4; left -= 4, from += 32, to += 16) {
      const low = f32x4.demote_f64x2_zero(v128.load(from));
      const high = f32x4.demote_f64x2_zero(v128.load(from, 16));
      const values = v128.shuffle<f32>(low, high, 0, 1, 4, 5);
      v128.store(to, values);
      differences = f32x4.add(differences, f32x4.sub(values, values));
    }
    for (; left > 0; left--, from += 8, to += 4) {
      const values = f32x4.splat(<f32>load<f64>(from));
      v128.store32_lane(to, values, 0);
      differences = f32x4.add(differences, f32x4.sub(values, values));
    }
  }
  return !v128.any_true(f32x4.ne(differences, differences));
}
