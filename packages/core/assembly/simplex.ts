/** p ⊙ (g − ⟨g, p⟩) of some rows: what softmax hands back. */
export function softmaxGradientRows(y: usize, dy: usize, dx: usize, columns: i32, from: i32, to: i32): void {
  const bytes = <usize>columns << 2;
  for (let row = from; row < to; row++) {
    const start = <usize>row * bytes;
    let inner: f64 = 0;
    for (let i = start; i < start + bytes; i += 4) inner += <f64>load<f32>(y + i) * <f64>load<f32>(dy + i);
    const mean = <f32>inner;
    for (let i = start; i < start + bytes; i += 4) store<f32>(dx + i, load<f32>(y + i) * (load<f32>(dy + i) - mean));
  }
}

/**
 * max(z − τ, 0) of some rows, τ such that each sums to 1: what lies below the threshold of all is off the support, so the
 * threshold of the rest is the next guess, until none lies below.
 *
 * @param scratch a row
 * @see Martins & Astudillo, ICML 2016; Michelot, J. Optim. Theory Appl. 50 (1986), for the search without sorting
 */
export function sparsemaxRows(x: usize, y: usize, columns: i32, scratch: usize, from: i32, to: i32): void {
  const bytes = <usize>columns << 2;
  for (let row = from; row < to; row++) {
    const start = x + <usize>row * bytes;
    const end = start + bytes;
    let max = load<f32>(start);
    for (let i = start; i < end; i += 4) if (load<f32>(i) > max) max = load<f32>(i);
    let count = columns;
    for (let i: usize = 0; i < bytes; i += 4) store<f32>(scratch + i, load<f32>(start + i) - max);
    let threshold: f64 = 0;
    for (;;) {
      let sum: f64 = 0;
      for (let i = 0; i < count; i++) sum += <f64>load<f32>(scratch + (<usize>i << 2));
      threshold = (sum - 1) / <f64>count;
      let kept = 0;
      for (let i = 0; i < count; i++) {
        const z = load<f32>(scratch + (<usize>i << 2));
        if (<f64>z <= threshold) continue;
        store<f32>(scratch + (<usize>kept << 2), z);
        kept++;
      }
      if (kept == count || kept == 0) break;
      count = kept;
    }
    const output = y + <usize>row * bytes;
    for (let i: usize = 0; i < bytes; i += 4) {
      const share = <f64>(load<f32>(start + i) - max) - threshold;
      store<f32>(output + i, share > 0 ? <f32>share : 0);
    }
  }
}

/** On the support g − mean(g), else 0. */
export function sparsemaxGradientRows(y: usize, dy: usize, dx: usize, columns: i32, from: i32, to: i32): void {
  const bytes = <usize>columns << 2;
  for (let row = from; row < to; row++) {
    const start = <usize>row * bytes;
    let sum: f64 = 0;
    let count: f64 = 0;
    for (let i = start; i < start + bytes; i += 4)
      if (load<f32>(y + i) > 0) {
        sum += <f64>load<f32>(dy + i);
        count += 1;
      }
    const mean = <f32>(sum / count);
    for (let i = start; i < start + bytes; i += 4) store<f32>(dx + i, load<f32>(y + i) > 0 ? load<f32>(dy + i) - mean : 0);
  }
}
