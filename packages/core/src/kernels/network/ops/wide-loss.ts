import { exp, log } from "../../elementary.ts";
import type { Block, Op, Stretch } from "../tape.ts";

/** Classes whose logits are in memory at a time, and stretches of such tiles that threads divide. */
const tile = 512;
const mostChunks = 8;

/**
 * A linear layer z = X Wᵀ + b and the cross-entropy of its softmax in one, for very many classes: logits are made a tile
 * of classes at a time, once to see their largest and their sum, and once more for the gradients ∂W, ∂b and ∂X. They are
 * never all in memory.
 *
 * @param inputGradient where ∂X goes; null: it is not wanted
 * @see Milakov & Gimelshein, Online normalizer calculation for softmax (2018); Wijmans et al., Cut your losses in
 *   large-vocabulary language models (2024)
 */
export function wideSoftmaxLoss(
  input: Block,
  weights: Stretch,
  bias: Stretch,
  inputGradient: Block | null,
): Op {
  const { columns } = input;
  const classes = bias.length;
  const tiles = Math.ceil(classes / tile);
  const chunks = Math.min(mostChunks, tiles);
  return {
    code: 19,
    operands(room) {
      const { rows, threads } = room;
      const upTo = (count: number, multiple: number): number => Math.ceil(count / multiple) * multiple;
      const packed =
        4 *
        Math.max(
          upTo(tile, 8) * columns,
          upTo(tile, 4) * rows,
          upTo(rows, 4) * tile + upTo(columns, 8) * tile,
        );
      const scratchBytes = upTo(4 * rows * tile + packed, 64) + 128;
      return [
        room.block(input),
        room.parameters(weights),
        room.parameters(bias),
        room.gradients(weights),
        room.gradients(bias),
        inputGradient ? room.block(inputGradient) : 0,
        columns,
        classes,
        tile,
        chunks,
        room.scratch(4 * upTo(rows, 4) * columns),
        room.scratch(4 * upTo(columns, 8) * rows),
        room.scratch(16 * tiles * rows),
        room.scratch(16 * rows),
        room.scratch(threads * scratchBytes),
        scratchBytes,
        inputGradient ? room.scratch(4 * chunks * rows * columns) : 0,
        rows,
      ];
    },
    plain({ rows, first, order, labels, sampleWeights, labelSmoothing, totals, ...memory }) {
      const [x, w, b] = [memory.block(input), memory.parameters(weights), memory.parameters(bias)];
      const ofWeights = memory.gradients(weights).fill(0);
      const ofBias = memory.gradients(bias).fill(0);
      const ofInput = inputGradient && memory.block(inputGradient).fill(0);
      const logitOf = (i: number, k: number): number => {
        let sum = b[k];
        for (let j = 0; j < columns; j++) sum += x[i * columns + j] * w[k * columns + j];
        return sum;
      };
      for (let i = 0; i < rows; i++) {
        const row = order[first + i];
        const weight = sampleWeights?.[row] ?? 1;
        const label = labels[row];
        let [max, sum, top] = [-Infinity, 0, 0];
        for (let k = 0; k < classes; k++) {
          const z = logitOf(i, k);
          if (z > max) {
            sum = sum * exp(max - z) + 1;
            max = z;
            top = k;
          } else sum += exp(z - max);
        }
        totals.loss += weight * (log(sum) + (max - logitOf(i, label)));
        if (top === label) totals.right++;
        for (let k = 0; k < classes; k++) {
          const y = (k === label ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
          const delta = weight * (exp(logitOf(i, k) - max) / sum - y);
          ofBias[k] += delta;
          for (let j = 0; j < columns; j++) {
            ofWeights[k * columns + j] += delta * x[i * columns + j];
            if (ofInput) ofInput[i * columns + j] += delta * w[k * columns + j];
          }
        }
      }
    },
  };
}
