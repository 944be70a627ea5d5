/** Rows of float64, one behind the other, as rows of float32 that are `stride` elements apart; the padding is left alone. */
export function narrowRows(from: usize, rows: i32, columns: i32, stride: i32, to: usize): void {
  const gap = <usize>(stride - columns) << 2;
  for (let row = 0; row < rows; row++, to += gap) {
    let left = columns;
    for (; left >= 4; left -= 4, from += 32, to += 16) {
      const low = f32x4.demote_f64x2_zero(v128.load(from));
      const high = f32x4.demote_f64x2_zero(v128.load(from, 16));
      v128.store(to, v128.shuffle<f32>(low, high, 0, 1, 4, 5));
    }
    for (; left > 0; left--, from += 8, to += 4) store<f32>(to, <f32>load<f64>(from));
  }
}
