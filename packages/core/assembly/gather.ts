/** One row of uint8 or float32 as float32, times what one unit is worth. */
export function widenRow(from: usize, isBytes: bool, columns: i32, scaleAt: usize, to: usize): void {
  const scale = load<f32>(scaleAt);
  const scale4 = f32x4.splat(scale);
  let left = columns;
  if (isBytes)
    for (; left >= 16; left -= 16, from += 16, to += 64) {
      const bytes = v128.load(from);
      const low = i16x8.extend_low_i8x16_u(bytes);
      const high = i16x8.extend_high_i8x16_u(bytes);
      v128.store(to, f32x4.mul(scale4, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(low))));
      v128.store(to, f32x4.mul(scale4, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(low))), 16);
      v128.store(to, f32x4.mul(scale4, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(high))), 32);
      v128.store(to, f32x4.mul(scale4, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(high))), 48);
    }
  else for (; left >= 4; left -= 4, from += 16, to += 16) v128.store(to, f32x4.mul(scale4, v128.load(from)));
  for (; left > 0; left--, to += 4) {
    store<f32>(to, scale * (isBytes ? <f32>load<u8>(from) : load<f32>(from)));
    from += isBytes ? 1 : 4;
  }
}
