import { finish } from "./linear";

/** `forward` for one output over rows of float32 as they lie in memory: copying them into strips would cost more. */
export function forwardSingle(
  rows: usize,
  count: i32,
  stride: i32,
  weights: usize,
  scaleAt: usize,
  biasAt: usize,
  logits: usize,
): void {
  const bytes = <usize>stride << 2;
  const scale = load<f32>(scaleAt);
  const bias = load<f32>(biasAt);
  for (let i = 0; i < count; i += 4, rows += 4 * bytes, logits += 16) {
    let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
    const x1 = rows + bytes;
    const x2 = x1 + bytes;
    const x3 = x2 + bytes;
    for (let j: usize = 0; j < bytes; j += 16) {
      const w = v128.load(weights + j);
      a0 = f32x4.add(a0, f32x4.mul(w, v128.load(rows + j)));
      a1 = f32x4.add(a1, f32x4.mul(w, v128.load(x1 + j)));
      a2 = f32x4.add(a2, f32x4.mul(w, v128.load(x2 + j)));
      a3 = f32x4.add(a3, f32x4.mul(w, v128.load(x3 + j)));
    }
    finish(logits, a0, a1, a2, a3, scale, bias);
  }
}

/** `backward` for one output over such rows. */
export function backwardSingle(rows: usize, count: i32, stride: i32, delta: usize, gradient: usize): void {
  const bytes = <usize>stride << 2;
  for (let j: usize = 0; j < bytes; j += 64) {
    let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
    let x = rows + j;
    for (let at = delta, end = delta + (<usize>count << 2); at < end; at += 4, x += bytes) {
      const s = v128.load32_splat(at);
      a0 = f32x4.add(a0, f32x4.mul(s, v128.load(x)));
      a1 = f32x4.add(a1, f32x4.mul(s, v128.load(x, 16)));
      a2 = f32x4.add(a2, f32x4.mul(s, v128.load(x, 32)));
      a3 = f32x4.add(a3, f32x4.mul(s, v128.load(x, 48)));
    }
    const to = gradient + j;
    v128.store(to, f32x4.add(v128.load(to), a0));
    v128.store(to, f32x4.add(v128.load(to, 16), a1), 16);
    v128.store(to, f32x4.add(v128.load(to, 32), a2), 32);
    v128.store(to, f32x4.add(v128.load(to, 48), a3), 48);
  }
}
