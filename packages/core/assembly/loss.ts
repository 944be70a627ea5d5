import { exp4, ln } from "./elementary";
import { Network } from "./network-run";
import { softmaxRows } from "./softmax";

/**
 * Cross-entropy of some rows of a batch and δ = s (p − y), y smoothed by ε: 1 − ε + ε/K for the label, ε/K for the others.
 * The loss told is that without smoothing. Operands: logits, δ, columns.
 */
export function softmaxLoss(run: Network, op: usize, first: i32, from: i32, to: i32): void {
  const columns = load<i32>(op, 12);
  const bytes = <usize>columns << 2;
  let z = <usize>load<u32>(op, 4) + <usize>from * bytes;
  let delta = <usize>load<u32>(op, 8) + <usize>from * bytes;
  softmaxRows(z, to - from, columns, delta);
  const share = run.smoothing / <f32>columns;
  for (let row = from; row < to; row++, z += bytes, delta += bytes) {
    const source = <usize>load<u32>(run.order + (<usize>(first + row) << 2));
    const label = load<i32>(run.labels + (source << 2));
    const weight: f32 = run.sampleWeights ? load<f32>(run.sampleWeights + (source << 2)) : 1;
    let top = 0;
    let max = load<f32>(z);
    let isNumber = !isNaN(max);
    for (let k = 1; k < columns; k++) {
      const own = load<f32>(z + (<usize>k << 2));
      if (isNaN(own)) isNumber = false; // exp4 makes 0 of it
      if (own > max) {
        max = own;
        top = k;
      }
    }
    // The highest probability is 1 over the sum of e^(z − max).
    const lost = <f64>max - <f64>load<f32>(z + (<usize>label << 2)) - ln(<f64>load<f32>(delta + (<usize>top << 2)));
    const total = run.rowTotals + (<usize>row << 4);
    store<f64>(total, <f64>weight * (isNumber && isFinite(max) ? lost : NaN));
    store<f64>(total, top == label ? 1 : 0, 8);
    for (let k = 0; k < columns; k++) {
      const at = delta + (<usize>k << 2);
      const y: f32 = k == label ? <f32>1 - run.smoothing + share : share;
      store<f32>(at, weight * (load<f32>(at) - y));
    }
  }
}

/** The same of independent sigmoids, y smoothed to 1 − ε/2 and ε/2; right is a row whose labels are all right. */
export function sigmoidLoss(run: Network, op: usize, first: i32, from: i32, to: i32): void {
  const columns = load<i32>(op, 12);
  const bytes = <usize>columns << 2;
  let z = <usize>load<u32>(op, 4) + <usize>from * bytes;
  let delta = <usize>load<u32>(op, 8) + <usize>from * bytes;
  for (let row = from; row < to; row++, z += bytes, delta += bytes) {
    const source = <usize>load<u32>(run.order + (<usize>(first + row) << 2));
    const weight: f32 = run.sampleWeights ? load<f32>(run.sampleWeights + (source << 2)) : 1;
    let loss: f64 = 0;
    let isRight = true;
    for (let k = 0; k < columns; k++) {
      const x = load<f32>(z + (<usize>k << 2));
      const isOn = load<u8>(run.labels + source * <usize>columns + <usize>k) == 1;
      const e = f32x4.extract_lane(exp4(f32x4.splat(-abs(x))), 0);
      loss += <f64>max<f32>(x, 0) - (isOn ? <f64>x : 0) + ln(1 + <f64>e);
      if (x > 0 != isOn) isRight = false;
      const p: f32 = (x >= 0 ? <f32>1 : e) / (<f32>1 + e);
      const y: f32 = (isOn ? <f32>1 - run.smoothing : <f32>0) + run.smoothing / 2;
      store<f32>(delta + (<usize>k << 2), weight * (p - y));
    }
    const total = run.rowTotals + (<usize>row << 4);
    store<f64>(total, <f64>weight * loss);
    store<f64>(total, isRight ? 1 : 0, 8);
  }
}
