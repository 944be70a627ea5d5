/**
 * Logits in float32 of some rows: z = X W + b, weights (features × outputs) and logits (rows × outputs) with outputs padded to a multiple of 4.
 *
 * @param bias one f32 an output, padded alike
 */
export function csrLogits(starts: usize, indices: usize, values: usize, rows: i32, outputs: i32, weights: usize, bias: usize, logits: usize): void {
  const bytes = <usize>outputs << 2;
  for (let i = 0; i < rows; i++, logits += bytes) {
    const from = <usize>load<u32>(starts + (<usize>i << 2)) << 2;
    const end = <usize>load<u32>(starts + (<usize>i << 2), 4) << 2;
    memory.copy(logits, bias, bytes);
    for (let entry = from; entry < end; entry += 4) {
      let at = weights + <usize>load<u32>(indices + entry) * bytes;
      const x = v128.load32_splat(values + entry);
      for (let o: usize = 0; o < bytes; o += 16) v128.store(logits + o, f32x4.add(v128.load(logits + o), f32x4.mul(x, v128.load(at + o))));
    }
  }
}
