import type { Block, Op } from "../tape.ts";

/** z = x + y */
export function add(first: Block, second: Block, output: Block): Op {
  return {
    code: 16,
    operands: (room) => [room.block(first), room.block(second), room.block(output), output.columns],
    plain({ rows, block }) {
      const [x, y, z] = [block(first), block(second), block(output)];
      for (let i = 0; i < rows * output.columns; i++) z[i] = x[i] + y[i];
    },
  };
}
