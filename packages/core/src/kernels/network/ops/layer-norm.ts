import type { Block, Op, Stretch, Tape } from "../tape.ts";

/** What keeps the deviation of equal numbers above 0. */
const least = 1e-5;

/** A layer normalization, and what its gradient needs. */
export interface LayerNorm extends Op {
  readonly input: Block;
  readonly gain: Stretch;
  readonly bias: Stretch;
  /** Mean and inverse deviation of each vector. */
  readonly moments: Block;
  readonly groups: number;
}

/**
 * y = gain ⊙ (x − mean) / √(variance + 1e-5) + bias of each vector, the variance that of its numbers divided by their count.
 *
 * @param groups vectors of a row, one after the other
 * @see Ba, Kiros & Hinton, Layer normalization (2016)
 */
export function layerNorm(
  tape: Tape,
  input: Block,
  gain: Stretch,
  bias: Stretch,
  output: Block,
  groups = 1,
): LayerNorm {
  const columns = input.columns / groups;
  const moments = tape.block(2 * groups);
  return {
    input,
    gain,
    bias,
    moments,
    groups,
    code: 14,
    operands: (room) => [
      room.block(input),
      room.block(output),
      columns,
      groups,
      room.parameters(gain),
      room.parameters(bias),
      room.block(moments),
    ],
    plain({ rows, block, parameters }) {
      const [x, y, g, b, m] = [
        block(input),
        block(output),
        parameters(gain),
        parameters(bias),
        block(moments),
      ];
      for (let i = 0, start = 0; i < rows * groups; i++, start += columns) {
        let mean = 0;
        for (let k = start; k < start + columns; k++) mean += x[k] / columns;
        let variance = 0;
        for (let k = start; k < start + columns; k++) variance += ((x[k] - mean) * (x[k] - mean)) / columns;
        const inverse = 1 / Math.sqrt(variance + least);
        for (let k = 0; k < columns; k++) y[start + k] = g[k] * ((x[start + k] - mean) * inverse) + b[k];
        m[2 * i] = mean;
        m[2 * i + 1] = inverse;
      }
    },
  };
}

export function layerNormGradient(
  { input, gain, bias, moments, groups }: LayerNorm,
  outputGradient: Block,
  inputGradient: Block,
): Op {
  const columns = input.columns / groups;
  return {
    code: 15,
    operands: (room) => [
      room.block(input),
      room.block(outputGradient),
      room.block(inputGradient),
      columns,
      groups,
      room.parameters(gain),
      room.block(moments),
      room.gradients(gain),
      room.gradients(bias),
    ],
    plain({ rows, block, parameters, gradients }) {
      const [x, d, e] = [block(input), block(outputGradient), block(inputGradient)];
      const [g, m] = [parameters(gain), block(moments)];
      const [ofGain, ofBias] = [gradients(gain).fill(0), gradients(bias).fill(0)];
      for (let i = 0, start = 0; i < rows * groups; i++, start += columns) {
        const [mean, inverse] = [m[2 * i], m[2 * i + 1]];
        let sum = 0;
        let along = 0;
        for (let k = 0; k < columns; k++) {
          const normal = (x[start + k] - mean) * inverse;
          ofGain[k] += d[start + k] * normal;
          ofBias[k] += d[start + k];
          sum += d[start + k] * g[k];
          along += d[start + k] * g[k] * normal;
        }
        for (let k = 0; k < columns; k++) {
          const normal = (x[start + k] - mean) * inverse;
          e[start + k] = inverse * (d[start + k] * g[k] - sum / columns - (normal * along) / columns);
        }
      }
    },
  };
}
