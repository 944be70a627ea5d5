import type { ElementwiseActivation } from "../activation.ts";
import { exp, log } from "../elementary.ts";
import type { Block, Op, Stretch } from "./tape.ts";

export function gather(output: Block): Op {
  return {
    plain(m) {
      const y = m.block(output);
      const { values, columns, scale } = m.source;
      for (let i = 0; i < m.rows; i++)
        for (let j = 0; j < columns; j++)
          y[i * columns + j] = scale * values[m.order[m.first + i] * columns + j];
    },
  };
}
export function dense(input: Block, weights: Stretch, bias: Stretch, output: Block): Op {
  const [n, q] = [input.columns, output.columns];
  return {
    plain(m) {
      const [x, w, b, y] = [m.block(input), m.parameters(weights), m.parameters(bias), m.block(output)];
      for (let i = 0; i < m.rows; i++)
        for (let k = 0; k < q; k++) {
          let sum = b[k];
          for (let j = 0; j < n; j++) sum += x[i * n + j] * w[k * n + j];
          y[i * q + k] = sum;
        }
    },
  };
}
export function denseGradient(input: Block, outputGradient: Block, weights: Stretch, bias: Stretch): Op {
  const [n, q] = [input.columns, outputGradient.columns];
  return {
    plain(m) {
      const [x, d, w, b] = [m.block(input), m.block(outputGradient), m.gradients(weights), m.gradients(bias)];
      w.fill(0);
      b.fill(0);
      for (let i = 0; i < m.rows; i++)
        for (let k = 0; k < q; k++) {
          const delta = d[i * q + k];
          b[k] += delta;
          for (let j = 0; j < n; j++) w[k * n + j] += delta * x[i * n + j];
        }
    },
  };
}
export function denseInput(outputGradient: Block, weights: Stretch, inputGradient: Block): Op {
  const [n, q] = [inputGradient.columns, outputGradient.columns];
  return {
    plain(m) {
      const [d, w, x] = [m.block(outputGradient), m.parameters(weights), m.block(inputGradient)];
      for (let i = 0; i < m.rows; i++)
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let k = 0; k < q; k++) sum += d[i * q + k] * w[k * n + j];
          x[i * n + j] = sum;
        }
    },
  };
}
type Slope = number | Stretch;
export function activate(f: ElementwiseActivation, input: Block, slope: Slope, output: Block): Op {
  const q = output.columns;
  return {
    plain(m) {
      const [x, y] = [m.block(input), m.block(output)];
      const a = typeof slope === "number" ? null : m.parameters(slope);
      for (let i = 0; i < m.rows * q; i++)
        y[i] = f.value(x[i], a === null ? (slope as number) : a[a.length === 1 ? 0 : i % q]);
    },
  };
}
export function activateGradient(
  f: ElementwiseActivation,
  input: Block,
  slope: Slope,
  outputGradient: Block,
  inputGradient: Block,
): Op {
  const q = input.columns;
  return {
    plain(m) {
      const [x, d, e] = [m.block(input), m.block(outputGradient), m.block(inputGradient)];
      const a = typeof slope === "number" ? null : m.parameters(slope);
      const g = typeof slope === "number" ? null : m.gradients(slope);
      g?.fill(0);
      for (let i = 0; i < m.rows * q; i++) {
        const at = a === null || a.length === 1 ? 0 : i % q;
        const own = a === null ? (slope as number) : a[at];
        if (g) g[at] += d[i] * f.parameterDerivative(x[i], own);
        e[i] = d[i] * f.derivative(x[i], own);
      }
    },
  };
}
export function maxout(input: Block, pieces: number, output: Block): Op {
  return {
    plain(m) {
      const [x, y] = [m.block(input), m.block(output)];
      for (let i = 0; i < m.rows * output.columns; i++) {
        let top = x[i * pieces];
        for (let p = 1; p < pieces; p++) top = Math.max(top, x[i * pieces + p]);
        y[i] = top;
      }
    },
  };
}
export function maxoutGradient(
  input: Block,
  pieces: number,
  outputGradient: Block,
  inputGradient: Block,
): Op {
  return {
    plain(m) {
      const [x, d, e] = [m.block(input), m.block(outputGradient), m.block(inputGradient)];
      for (let i = 0; i < m.rows * outputGradient.columns; i++) {
        let top = 0;
        for (let p = 1; p < pieces; p++) if (x[i * pieces + p] > x[i * pieces + top]) top = p;
        for (let p = 0; p < pieces; p++) e[i * pieces + p] = p === top ? d[i] : 0;
      }
    },
  };
}
export function softmaxRows(input: Block, output: Block): Op {
  const q = input.columns;
  return {
    plain(m) {
      const [x, y] = [m.block(input), m.block(output)];
      for (let s = 0; s < m.rows * q; s += q) {
        let top = -Infinity;
        for (let k = 0; k < q; k++) top = Math.max(top, x[s + k]);
        let sum = 0;
        for (let k = 0; k < q; k++) sum += y[s + k] = exp(x[s + k] - top);
        for (let k = 0; k < q; k++) y[s + k] /= sum;
      }
    },
  };
}
export function softmaxRowsGradient(output: Block, outputGradient: Block, inputGradient: Block): Op {
  const q = output.columns;
  return {
    plain(m) {
      const [y, d, e] = [m.block(output), m.block(outputGradient), m.block(inputGradient)];
      for (let s = 0; s < m.rows * q; s += q) {
        let dot = 0;
        for (let k = 0; k < q; k++) dot += y[s + k] * d[s + k];
        for (let k = 0; k < q; k++) e[s + k] = y[s + k] * (d[s + k] - dot);
      }
    },
  };
}
export function sparsemaxRows(input: Block, output: Block): Op {
  const q = input.columns;
  return {
    plain(m) {
      const [x, y] = [m.block(input), m.block(output)];
      for (let s = 0; s < m.rows * q; s += q) {
        const own = Float64Array.from(x.subarray(s, s + q));
        const top = own.reduce((a, b) => Math.max(a, b));
        const sorted = own.map((v) => v - top).sort();
        let sum = 0;
        let threshold = -1;
        for (let i = q - 1, j = 1; i >= 0; i--, j++) {
          sum += sorted[i];
          if (1 + j * sorted[i] <= sum) break;
          threshold = (sum - 1) / j;
        }
        for (let k = 0; k < q; k++) y[s + k] = Math.max(own[k] - top - threshold, 0);
      }
    },
  };
}
export function sparsemaxRowsGradient(output: Block, outputGradient: Block, inputGradient: Block): Op {
  const q = output.columns;
  return {
    plain(m) {
      const [y, d, e] = [m.block(output), m.block(outputGradient), m.block(inputGradient)];
      for (let s = 0; s < m.rows * q; s += q) {
        let [sum, count] = [0, 0];
        for (let k = 0; k < q; k++) if (y[s + k] > 0) [sum, count] = [sum + d[s + k], count + 1];
        for (let k = 0; k < q; k++) e[s + k] = y[s + k] > 0 ? d[s + k] - sum / count : 0;
      }
    },
  };
}
export interface DropoutOp extends Op {
  readonly share: number;
  readonly layer: number;
}
function isKept(
  seed: number,
  step: number,
  layer: number,
  row: number,
  column: number,
  share: number,
): boolean {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ (seed / 2 ** 32);
  for (const word of [step, layer, row, column]) {
    h = Math.imul(h ^ (h >>> 16) ^ word, 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  }
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32 >= share;
}
let TEMPORARY = 0;
export function dropout(input: Block, share: number, output: Block): DropoutOp {
  const q = input.columns;
  const layer = output.id + 0 * TEMPORARY;
  return {
    share,
    layer,
    plain(m) {
      const [x, y] = [m.block(input), m.block(output)];
      for (let i = 0; i < m.rows * q; i++)
        y[i] = isKept(m.seed, m.step, layer, Math.floor(i / q), i % q, share) ? x[i] / (1 - share) : 0;
    },
  };
}
export function dropoutGradient(
  { share, layer }: DropoutOp,
  outputGradient: Block,
  inputGradient: Block,
): Op {
  const q = outputGradient.columns;
  return {
    plain(m) {
      const [d, e] = [m.block(outputGradient), m.block(inputGradient)];
      for (let i = 0; i < m.rows * q; i++)
        e[i] = isKept(m.seed, m.step, layer, Math.floor(i / q), i % q, share) ? d[i] / (1 - share) : 0;
    },
  };
}
export interface LayerNormOp extends Op {
  readonly input: Block;
  readonly gain: Stretch;
  readonly bias: Stretch;
}
export function layerNorm(
  _tape: unknown,
  input: Block,
  gain: Stretch,
  bias: Stretch,
  output: Block,
): LayerNormOp {
  const q = input.columns;
  return {
    input,
    gain,
    bias,
    plain(m) {
      const [x, y, g, b] = [m.block(input), m.block(output), m.parameters(gain), m.parameters(bias)];
      for (let s = 0; s < m.rows * q; s += q) {
        const { mean, inverse } = momentsOf(x, s, q);
        for (let k = 0; k < q; k++) y[s + k] = g[k] * (x[s + k] - mean) * inverse + b[k];
      }
    },
  };
}
function momentsOf(x: ArrayLike<number>, s: number, q: number): { mean: number; inverse: number } {
  let [mean, variance] = [0, 0];
  for (let k = 0; k < q; k++) mean += x[s + k] / q;
  for (let k = 0; k < q; k++) variance += ((x[s + k] - mean) * (x[s + k] - mean)) / q;
  return { mean, inverse: 1 / Math.sqrt(variance + 1e-5) };
}
export function layerNormGradient(
  { input, gain, bias }: LayerNormOp,
  outputGradient: Block,
  inputGradient: Block,
): Op {
  const q = input.columns;
  return {
    plain(m) {
      const [x, d, e, g] = [
        m.block(input),
        m.block(outputGradient),
        m.block(inputGradient),
        m.parameters(gain),
      ];
      const [dg, db] = [m.gradients(gain), m.gradients(bias)];
      dg.fill(0);
      db.fill(0);
      for (let s = 0; s < m.rows * q; s += q) {
        const { mean, inverse } = momentsOf(x, s, q);
        let [a, b] = [0, 0];
        for (let k = 0; k < q; k++) {
          const h = (x[s + k] - mean) * inverse;
          dg[k] += d[s + k] * h;
          db[k] += d[s + k];
          a += (d[s + k] * g[k]) / q;
          b += (d[s + k] * g[k] * h) / q;
        }
        for (let k = 0; k < q; k++)
          e[s + k] = inverse * (d[s + k] * g[k] - a - (x[s + k] - mean) * inverse * b);
      }
    },
  };
}
export function add(a: Block, b: Block, output: Block): Op {
  return {
    plain(m) {
      const [x, y, z] = [m.block(a), m.block(b), m.block(output)];
      for (let i = 0; i < m.rows * output.columns; i++) z[i] = x[i] + y[i];
    },
  };
}
export function softmaxLoss(logits: Block, delta: Block): Op {
  const q = logits.columns;
  return {
    plain(m) {
      const [z, d] = [m.block(logits), m.block(delta)];
      for (let i = 0; i < m.rows; i++) {
        const s = i * q;
        const row = m.order[m.first + i];
        const weight = m.sampleWeights?.[row] ?? 1;
        const label = m.labels[row];
        let top = 0;
        for (let k = 1; k < q; k++) if (z[s + k] > z[s + top]) top = k;
        let sum = 0;
        for (let k = 0; k < q; k++) sum += d[s + k] = exp(z[s + k] - z[s + top]);
        m.totals.loss += weight * (log(sum) - (z[s + label] - z[s + top]));
        if (top === label) m.totals.right++;
        for (let k = 0; k < q; k++)
          d[s + k] =
            weight * (d[s + k] / sum - (1 - m.labelSmoothing) * Number(k === label) - m.labelSmoothing / q);
      }
    },
  };
}
export function sigmoidLoss(logits: Block, delta: Block): Op {
  const q = logits.columns;
  return {
    plain(m) {
      const [z, d] = [m.block(logits), m.block(delta)];
      for (let i = 0; i < m.rows; i++) {
        const row = m.order[m.first + i];
        const weight = m.sampleWeights?.[row] ?? 1;
        let isRight = true;
        for (let k = 0; k < q; k++) {
          const x = z[i * q + k];
          const y = m.labels[row * q + k];
          const e = exp(-Math.abs(x));
          m.totals.loss += weight * (Math.max(x, 0) - x * y + log(1 + e));
          if (x > 0 !== (y === 1)) isRight = false;
          const p = x >= 0 ? 1 / (1 + e) : e / (1 + e);
          d[i * q + k] = weight * (p - (1 - m.labelSmoothing) * y - m.labelSmoothing / 2);
        }
        if (isRight) m.totals.right++;
      }
    },
  };
}
