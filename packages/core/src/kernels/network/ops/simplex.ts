import { exp } from "../../elementary.ts";
import type { Block, Op } from "../tape.ts";

/** Softmax of each row. */
export function softmaxRows(input: Block, output: Block): Op {
  const { columns } = input;
  return {
    code: 9,
    operands: (room) => [room.block(input), room.block(output), columns],
    plain({ rows, block }) {
      const [x, y] = [block(input), block(output)];
      for (let start = 0; start < rows * columns; start += columns) {
        let max = -Infinity;
        for (let k = start; k < start + columns; k++) max = Math.max(max, x[k]);
        let sum = 0;
        for (let k = start; k < start + columns; k++) sum += y[k] = exp(x[k] - max);
        for (let k = start; k < start + columns; k++) y[k] /= sum;
      }
    },
  };
}

/** ∂x = p ⊙ (δ − ⟨δ, p⟩) */
export function softmaxRowsGradient(output: Block, outputGradient: Block, inputGradient: Block): Op {
  const { columns } = output;
  return {
    code: 10,
    operands: (room) => [room.block(output), room.block(outputGradient), columns, room.block(inputGradient)],
    plain({ rows, block }) {
      const [y, d, e] = [block(output), block(outputGradient), block(inputGradient)];
      for (let start = 0; start < rows * columns; start += columns) {
        let inner = 0;
        for (let k = start; k < start + columns; k++) inner += y[k] * d[k];
        for (let k = start; k < start + columns; k++) e[k] = y[k] * (d[k] - inner);
      }
    },
  };
}

/** max(z − τ, 0) of each row, τ such that it sums to 1. */
export function sparsemaxRows(input: Block, output: Block): Op {
  const { columns } = input;
  return {
    code: 11,
    operands: (room) => [
      room.block(input),
      room.block(output),
      columns,
      room.scratch(4 * columns * room.threads),
    ],
    plain({ rows, block }) {
      const [x, y] = [block(input), block(output)];
      for (let start = 0; start < rows * columns; start += columns) {
        const own = Float64Array.from(x.subarray(start, start + columns));
        const max = own.reduce((a, b) => Math.max(a, b));
        const sorted = own.map((z) => z - max).toSorted();
        let sum = 0;
        let threshold = -1;
        for (let i = columns - 1, count = 1; i >= 0; i--, count++) {
          sum += sorted[i];
          if (1 + count * sorted[i] <= sum) break;
          threshold = (sum - 1) / count;
        }
        for (let k = 0; k < columns; k++) y[start + k] = Math.max(own[k] - max - threshold, 0);
      }
    },
  };
}

/** On the support δ less its mean there, else 0. */
export function sparsemaxRowsGradient(output: Block, outputGradient: Block, inputGradient: Block): Op {
  const { columns } = output;
  return {
    code: 12,
    operands: (room) => [room.block(output), room.block(outputGradient), columns, room.block(inputGradient)],
    plain({ rows, block }) {
      const [y, d, e] = [block(output), block(outputGradient), block(inputGradient)];
      for (let start = 0; start < rows * columns; start += columns) {
        let sum = 0;
        let count = 0;
        for (let k = start; k < start + columns; k++)
          if (y[k] > 0) {
            sum += d[k];
            count++;
          }
        for (let k = start; k < start + columns; k++) e[k] = y[k] > 0 ? d[k] - sum / count : 0;
      }
    },
  };
}
