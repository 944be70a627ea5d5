import { sum4 } from "./elementary";
import { shareOf } from "./gemm";
import { softmaxRows } from "./softmax";

// What networks do to the tokens of a row besides attention among them. Rows [from, to) are one thread's.

/** Each row plus the same numbers. Operands: x, y, columns, what is added. */
export function addPositionsRows(op: usize, from: i32, to: i32): void {
  const bytes = <usize>load<u32>(op, 12) << 2;
  const positions = <usize>load<u32>(op, 16);
  for (let row = from; row < to; row++) {
    const x = <usize>load<u32>(op, 4) + <usize>row * bytes;
    const y = <usize>load<u32>(op, 8) + <usize>row * bytes;
    let i: usize = 0;
    for (; i + 16 <= bytes; i += 16) v128.store(y + i, f32x4.add(v128.load(x + i), v128.load(positions + i)));
    for (; i < bytes; i += 4) store<f32>(y + i, load<f32>(x + i) + load<f32>(positions + i));
  }
}

/** The columns of each row in another order. Operands: x, y, columns, order. */
export function arrangeRows(op: usize, from: i32, to: i32): void {
  const bytes = <usize>load<u32>(op, 12) << 2;
  const order = <usize>load<u32>(op, 16);
  for (let row = from; row < to; row++) {
    const x = <usize>load<u32>(op, 4) + <usize>row * bytes;
    const y = <usize>load<u32>(op, 8) + <usize>row * bytes;
    for (let i: usize = 0; i < bytes; i += 4) store<f32>(y + i, load<f32>(x + (<usize>load<u32>(order + i) << 2)));
  }
}

/** Each number times its vector. Operands: x, y, columns, width, vectors. */
export function spreadRows(op: usize, from: i32, to: i32): void {
  const columns = load<i32>(op, 12);
  const bytes = <usize>load<u32>(op, 16) << 2;
  for (let row = from; row < to; row++) {
    const x = <usize>load<u32>(op, 4) + (<usize>(row * columns) << 2);
    let y = <usize>load<u32>(op, 8) + <usize>(row * columns) * bytes;
    let vector = <usize>load<u32>(op, 20);
    for (let j: usize = 0; j < <usize>columns; j++, y += bytes, vector += bytes) {
      const own = v128.load32_splat(x + (j << 2));
      let i: usize = 0;
      for (; i + 16 <= bytes; i += 16) v128.store(y + i, f32x4.mul(own, v128.load(vector + i)));
      for (; i < bytes; i += 4) store<f32>(y + i, load<f32>(x + (j << 2)) * load<f32>(vector + i));
    }
  }
}

/** The gradient of the numbers. Operands: x, dy, columns, width, vectors, their gradient, dx. */
export function spreadGradientRows(op: usize, from: i32, to: i32): void {
  const columns = load<i32>(op, 12);
  const bytes = <usize>load<u32>(op, 16) << 2;
  for (let row = from; row < to; row++) {
    let dx = <usize>load<u32>(op, 28) + (<usize>(row * columns) << 2);
    let dy = <usize>load<u32>(op, 8) + <usize>(row * columns) * bytes;
    let vector = <usize>load<u32>(op, 20);
    for (let j = 0; j < columns; j++, dx += 4, dy += bytes, vector += bytes) store<f32>(dx, inner(dy, vector, bytes));
  }
}

/** That of the vectors: sums over all rows in order, a thread has a range of columns. */
export function spreadVectors(op: usize, rows: i32, thread: i32, threads: i32): void {
  const columns = load<i32>(op, 12);
  const bytes = <usize>load<u32>(op, 16) << 2;
  const first = shareOf(columns, thread, threads);
  const end = shareOf(columns, thread + 1, threads);
  const sums = <usize>load<u32>(op, 24);
  memory.fill(sums + <usize>first * bytes, 0, <usize>(end - first) * bytes);
  for (let row = 0; row < rows; row++)
    for (let j = first; j < end; j++) {
      const at = <usize>(row * columns + j);
      const x = <usize>load<u32>(op, 4) + (at << 2);
      const dy = <usize>load<u32>(op, 8) + at * bytes;
      const sum = sums + <usize>j * bytes;
      const own = v128.load32_splat(x);
      let i: usize = 0;
      for (; i + 16 <= bytes; i += 16)
        v128.store(sum + i, f32x4.add(v128.load(sum + i), f32x4.mul(own, v128.load(dy + i))));
      for (; i < bytes; i += 4) store<f32>(sum + i, load<f32>(sum + i) + load<f32>(x) * load<f32>(dy + i));
    }
}

/** Softmax over the tokens of each head's scores, and the mean of the tokens by it. Operands: scores, x, weights, y, tokens, heads, d. */
export function poolRows(op: usize, from: i32, to: i32): void {
  const tokens = load<i32>(op, 20);
  const heads = load<i32>(op, 24);
  const bytes = <usize>load<u32>(op, 28) << 2;
  const line = <usize>heads * bytes;
  const long = <usize>tokens << 2;
  for (let row = from; row < to; row++) {
    let weights = <usize>load<u32>(op, 12) + <usize>(row * heads) * long;
    const scores = <usize>load<u32>(op, 4) + <usize>(row * heads) * long;
    for (let h: usize = 0; h < <usize>heads; h++)
      for (let t: usize = 0; t < <usize>tokens; t++)
        store<f32>(weights + h * long + (t << 2), load<f32>(scores + ((t * <usize>heads + h) << 2)));
    softmaxRows(weights, heads, tokens, weights);
    let x = <usize>load<u32>(op, 8) + <usize>(row * tokens) * line;
    let y = <usize>load<u32>(op, 16) + <usize>row * line;
    for (let h = 0; h < heads; h++, weights += long, x += bytes, y += bytes) {
      let i: usize = 0;
      for (; i + 16 <= bytes; i += 16) {
        let sum = f32x4.splat(0);
        for (let t: usize = 0, at = x + i; t < long; t += 4, at += line)
          sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(weights + t), v128.load(at)));
        v128.store(y + i, sum);
      }
      for (; i < bytes; i += 4) {
        let sum: f32 = 0;
        for (let t: usize = 0, at = x + i; t < long; t += 4, at += line) sum += load<f32>(weights + t) * load<f32>(at);
        store<f32>(y + i, sum);
      }
    }
  }
}

/** Operands: weights, x, dy, gradients of scores and of x, tokens, heads, d. */
export function poolGradientRows(op: usize, from: i32, to: i32): void {
  const tokens = load<i32>(op, 24);
  const heads = load<i32>(op, 28);
  const bytes = <usize>load<u32>(op, 32) << 2;
  const line = <usize>heads * bytes;
  const long = <usize>tokens << 2;
  const next = <usize>heads << 2;
  for (let row = from; row < to; row++) {
    let weights = <usize>load<u32>(op, 4) + <usize>(row * heads) * long;
    let x = <usize>load<u32>(op, 8) + <usize>(row * tokens) * line;
    let dy = <usize>load<u32>(op, 12) + <usize>row * line;
    let slopes = <usize>load<u32>(op, 16) + <usize>(row * heads) * long;
    let dx = <usize>load<u32>(op, 20) + <usize>(row * tokens) * line;
    for (let h = 0; h < heads; h++, weights += long, x += bytes, dy += bytes, dx += bytes, slopes += 4) {
      let mean: f32 = 0;
      for (let t: usize = 0; t < <usize>tokens; t++) {
        const w = load<f32>(weights + (t << 2));
        const own = inner(dy, x + t * line, bytes);
        const to = dx + t * line;
        const share = f32x4.splat(w);
        let i: usize = 0;
        for (; i + 16 <= bytes; i += 16) v128.store(to + i, f32x4.mul(share, v128.load(dy + i)));
        for (; i < bytes; i += 4) store<f32>(to + i, w * load<f32>(dy + i));
        mean += w * own;
        store<f32>(slopes + t * next, own);
      }
      for (let t: usize = 0; t < <usize>tokens; t++) {
        const at = slopes + t * next;
        store<f32>(at, load<f32>(weights + (t << 2)) * (load<f32>(at) - mean));
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function inner(x: usize, y: usize, bytes: usize): f32 {
  let sums = f32x4.splat(0);
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) sums = f32x4.add(sums, f32x4.mul(v128.load(x + i), v128.load(y + i)));
  let sum = sum4(sums);
  for (; i < bytes; i += 4) sum += load<f32>(x + i) * load<f32>(y + i);
  return sum;
}
