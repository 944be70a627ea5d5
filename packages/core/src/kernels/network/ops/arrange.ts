import type { Block, Op } from "../tape.ts";

/** yⱼ = x of `order[j]`; of an order that has every column once, the gradient is the same by its inverse. */
export function arrange(input: Block, order: Uint32Array, output: Block): Op {
  const { columns } = output;
  return {
    code: 25,
    operands: (room) => [room.block(input), room.block(output), columns, room.words(order)],
    plain({ rows, block }) {
      const [x, y] = [block(input), block(output)];
      for (let row = 0; row < rows; row++)
        for (let j = 0; j < columns; j++) y[row * columns + j] = x[row * columns + order[j]];
    },
  };
}
