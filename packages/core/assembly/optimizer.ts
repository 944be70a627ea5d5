import { shareOf } from "./gemm";
import { Network } from "./network-run";

/** Parameters whose squares are summed together, in float64; the sums are added in order. */
const CHUNK: i32 = 4096;

/** Σ of the squares of the mean gradient with its penalty, by chunks: a thread has a range of them. */
export function squares(run: Network, rows: i32, thread: i32, threads: i32): void {
  const chunks = (run.parameterCount + CHUNK - 1) / CHUNK;
  const end = shareOf(chunks, thread + 1, threads);
  const share4 = f32x4.splat(1 / <f32>rows);
  const decay4 = f32x4.splat(run.decay);
  for (let chunk = shareOf(chunks, thread, threads); chunk < end; chunk++) {
    const from = <usize>(chunk * CHUNK) << 2;
    const to = <usize>min(run.parameterCount, (chunk + 1) * CHUNK) << 2;
    let low = f64x2.splat(0);
    let high = low;
    for (let i = from; i < to; i += 16) {
      const g = ownGradient(run, i, share4, decay4);
      const a = f64x2.promote_low_f32x4(g);
      const b = f64x2.promote_low_f32x4(v128.shuffle<f64>(g, g, 1, 0));
      low = f64x2.add(low, f64x2.mul(a, a));
      high = f64x2.add(high, f64x2.mul(b, b));
    }
    low = f64x2.add(low, high);
    store<f64>(run.partials + (<usize>chunk << 3), f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1));
  }
}

// @ts-ignore: decorator
@inline
function ownGradient(run: Network, i: usize, share4: v128, decay4: v128): v128 {
  const penalty = f32x4.mul(f32x4.mul(v128.load(run.parameters + i), v128.load(run.mask + i)), decay4);
  return f32x4.add(f32x4.mul(v128.load(run.gradients + i), share4), penalty);
}

/** One step of a thread's range of the parameters. */
export function descend(run: Network, rows: i32, rates: usize, thread: i32, threads: i32): void {
  const lines = run.parameterCount >> 4;
  const from = <usize>shareOf(lines, thread, threads) << 6;
  const to = <usize>shareOf(lines, thread + 1, threads) << 6;
  const share4 = f32x4.splat(1 / <f32>rows);
  const decay4 = f32x4.splat(run.decay);
  let factor: f32 = 1;
  if (run.isClipped) {
    let square: f64 = 0;
    const chunks = (run.parameterCount + CHUNK - 1) / CHUNK;
    for (let chunk = 0; chunk < chunks; chunk++) square += load<f64>(run.partials + (<usize>chunk << 3));
    const norm = <f32>Math.sqrt(square);
    if (norm > run.clipNorm) factor = run.clipNorm / norm;
  }
  const factor4 = f32x4.splat(factor);
  const rate4 = f32x4.splat(load<f32>(rates));
  const momentum4 = f32x4.splat(run.momentum);
  if (run.rule == 0) {
    for (let i = from; i < to; i += 16) {
      let own = f32x4.mul(factor4, ownGradient(run, i, share4, decay4));
      if (run.firstMoment) {
        const v = f32x4.add(f32x4.mul(momentum4, v128.load(run.firstMoment + i)), own);
        v128.store(run.firstMoment + i, v);
        own = run.isNesterov ? f32x4.add(own, f32x4.mul(momentum4, v)) : v;
      }
      const at = run.parameters + i;
      v128.store(at, f32x4.sub(v128.load(at), f32x4.mul(rate4, own)));
    }
    return;
  }
  const step4 = f32x4.splat(load<f32>(rates, 4));
  const root4 = f32x4.splat(load<f32>(rates, 8));
  const rest1 = f32x4.splat(1 - run.momentum);
  const beta4 = f32x4.splat(run.beta2);
  const rest2 = f32x4.splat(1 - run.beta2);
  const epsilon4 = f32x4.splat(run.epsilon);
  const loss4 = f32x4.splat(run.rule == 2 ? load<f32>(rates) * run.weightDecay : 0);
  for (let i = from; i < to; i += 16) {
    const own = f32x4.mul(factor4, ownGradient(run, i, share4, decay4));
    const m = f32x4.add(f32x4.mul(momentum4, v128.load(run.firstMoment + i)), f32x4.mul(rest1, own));
    const v = f32x4.add(f32x4.mul(beta4, v128.load(run.secondMoment + i)), f32x4.mul(rest2, f32x4.mul(own, own)));
    v128.store(run.firstMoment + i, m);
    v128.store(run.secondMoment + i, v);
    const at = run.parameters + i;
    let w = v128.load(at);
    w = f32x4.sub(w, f32x4.mul(loss4, f32x4.mul(w, v128.load(run.mask + i))));
    const spread = f32x4.add(f32x4.mul(f32x4.sqrt(v), root4), epsilon4);
    v128.store(at, f32x4.sub(w, f32x4.div(f32x4.mul(step4, m), spread)));
  }
}
