import { exp4, sum4 } from "./elementary";
import { multiplyPanels, packAcross, packAlong } from "./gemm";

/**
 * Self-attention of the rows [from, to) of a batch, one head of a row after the other: its weights, tokens × tokens, are
 * made whole, in room of the thread. They are padded to 4 × 8, so that tiles need no edges.
 */

/** Operands: tokens' queries, keys and values, tokens, heads, d, 1/√d, room of all threads, its bytes for one, those of weights and of a packed factor; then the output. */
@unmanaged
class Places {
  code: i32;
  input: usize;
  tokens: i32;
  heads: i32;
  d: i32;
  scale: f32;
  scratch: usize;
  scratchBytes: usize;
  scoreBytes: usize;
  packedBytes: usize;
  output: usize; // on the way back the gradient of the output
  inputGradient: usize;
}

// Room of a thread: 128 bytes for edges, weights, their gradient, factors of a product packed.
// @ts-ignore: decorator
@inline
function edgeOf(op: Places, thread: i32): usize {
  return op.scratch + <usize>thread * op.scratchBytes;
}

export function attentionRows(address: usize, thread: i32, from: i32, to: i32): void {
  const op = changetype<Places>(address);
  const tokens = op.tokens;
  const heads = op.heads;
  const d = op.d;
  const line = <usize>(heads * d) << 2;
  const edge = edgeOf(op, thread);
  const scores = edge + 128;
  const factor = scores + 2 * op.scoreBytes;
  const panels = factor + op.packedBytes;
  const bytes = <usize>((tokens + 7) & ~7) << 2;
  const heights = (tokens + 3) >> 2;
  const widths = (d + 7) >> 3;
  for (let row = from; row < to; row++)
    for (let h = 0; h < heads; h++) {
      const start = <usize>(h * d) << 2;
      const query = op.input + <usize>(row * tokens) * 3 * line + start;
      weigh(op, query, 3 * line, edge, scores, factor, panels);
      packAlong(scores, bytes, tokens, tokens, 4, 0, heights, factor);
      packAcross(query + 2 * line, 3 * line, d, tokens, 8, 0, widths, panels);
      const output = op.output + <usize>(row * tokens) * line + start;
      multiplyPanels(factor, panels, tokens, d, tokens, 0, output, line, 0, heights, 0, widths, edge, false);
    }
}

export function attentionGradientRows(address: usize, thread: i32, from: i32, to: i32): void {
  const op = changetype<Places>(address);
  const tokens = op.tokens;
  const heads = op.heads;
  const d = op.d;
  const line = <usize>(heads * d) << 2;
  const edge = edgeOf(op, thread);
  const scores = edge + 128;
  const slopes = scores + op.scoreBytes;
  const factor = slopes + op.scoreBytes;
  const panels = factor + op.packedBytes;
  const wide = (tokens + 7) & ~7;
  const bytes = <usize>wide << 2;
  const heights = (tokens + 3) >> 2;
  const widths = (d + 7) >> 3;
  for (let row = from; row < to; row++)
    for (let h = 0; h < heads; h++) {
      const start = <usize>(h * d) << 2;
      const query = op.input + <usize>(row * tokens) * 3 * line + start;
      const gradient = op.inputGradient + <usize>(row * tokens) * 3 * line + start;
      const delta = op.output + <usize>(row * tokens) * line + start;
      weigh(op, query, 3 * line, edge, scores, factor, panels);
      packAlong(delta, line, tokens, d, 4, 0, heights, factor);
      packAlong(query + 2 * line, 3 * line, tokens, d, 8, 0, wide >> 3, panels);
      multiplyPanels(factor, panels, heights << 2, wide, d, 0, slopes, bytes, 0, heights, 0, wide >> 3, edge, false);
      packAcross(scores, bytes, tokens, tokens, 4, 0, heights, factor);
      packAcross(delta, line, d, tokens, 8, 0, widths, panels);
      multiplyPanels(factor, panels, tokens, d, tokens, 0, gradient + 2 * line, 3 * line, 0, heights, 0, widths, edge, false);
      slopesOfScores(op, scores, slopes, bytes);
      packAlong(slopes, bytes, tokens, tokens, 4, 0, heights, factor);
      packAcross(query + line, 3 * line, d, tokens, 8, 0, widths, panels);
      multiplyPanels(factor, panels, tokens, d, tokens, 0, gradient, 3 * line, 0, heights, 0, widths, edge, false);
      packAcross(slopes, bytes, tokens, tokens, 4, 0, heights, factor);
      packAcross(query, 3 * line, d, tokens, 8, 0, widths, panels);
      multiplyPanels(factor, panels, tokens, d, tokens, 0, gradient + line, 3 * line, 0, heights, 0, widths, edge, false);
    }
}

/** The weights of one head of a row: softmax of q · k / √d along each row of the scores; 0 in the padding. */
function weigh(op: Places, query: usize, stride: usize, edge: usize, scores: usize, factor: usize, panels: usize): void {
  const tokens = op.tokens;
  const d = op.d;
  const wide = (tokens + 7) & ~7;
  const bytes = <usize>wide << 2;
  const heights = (tokens + 3) >> 2;
  packAlong(query, stride, tokens, d, 4, 0, heights, factor);
  packAlong(query + (<usize>(op.heads * d) << 2), stride, tokens, d, 8, 0, wide >> 3, panels);
  multiplyPanels(factor, panels, heights << 2, wide, d, 0, scores, bytes, 0, heights, 0, wide >> 3, edge, false);
  const scale = f32x4.splat(op.scale);
  for (let row = scores, end = scores + <usize>tokens * bytes; row < end; row += bytes) {
    for (let i = tokens; i < wide; i++) store<f32>(row + (<usize>i << 2), -Infinity);
    let top = v128.load(row);
    for (let i: usize = 16; i < bytes; i += 16) top = f32x4.max(top, v128.load(row + i));
    top = f32x4.max(top, v128.shuffle<f32>(top, top, 2, 3, 0, 1));
    top = f32x4.mul(scale, f32x4.max(top, v128.shuffle<f32>(top, top, 1, 0, 3, 2)));
    let sum = f32x4.splat(0);
    for (let i: usize = 0; i < bytes; i += 16) {
      const own = exp4(f32x4.sub(f32x4.mul(scale, v128.load(row + i)), top));
      v128.store(row + i, own);
      sum = f32x4.add(sum, own);
    }
    const share = f32x4.splat(1 / sum4(sum));
    for (let i: usize = 0; i < bytes; i += 16) v128.store(row + i, f32x4.mul(share, v128.load(row + i)));
  }
}

/** From the gradient of the weights to that of q · k, in its place: w (g − ⟨w, g⟩) / √d. */
function slopesOfScores(op: Places, weights: usize, slopes: usize, bytes: usize): void {
  const scale = f32x4.splat(op.scale);
  for (let row = 0; row < op.tokens; row++, weights += bytes, slopes += bytes) {
    let inner = f32x4.splat(0);
    for (let i: usize = 0; i < bytes; i += 16)
      inner = f32x4.add(inner, f32x4.mul(v128.load(weights + i), v128.load(slopes + i)));
    const mean = f32x4.splat(sum4(inner));
    for (let i: usize = 0; i < bytes; i += 16)
      v128.store(
        slopes + i,
        f32x4.mul(f32x4.mul(scale, v128.load(weights + i)), f32x4.sub(v128.load(slopes + i), mean)),
      );
  }
}
