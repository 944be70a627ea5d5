import type { Block, Op } from "../tape.ts";

/** The rows of a batch, in the order of the run, times what one unit of them is worth. */
export function gather(output: Block): Op {
  return {
    code: 1,
    operands: (room) => [room.block(output)],
    plain({ rows, first, order, source, block }) {
      const y = block(output);
      const { values, columns, scale } = source;
      for (let i = 0, at = 0; i < rows; i++)
        for (let j = 0, x = order[first + i] * columns; j < columns; j++) y[at++] = scale * values[x + j];
    },
  };
}
