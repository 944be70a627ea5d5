import type { Block, Op, Stretch } from "../tape.ts";

/** What is added to every row: learned, or fixed numbers. */
export type Positions = Stretch | Float32Array;

/** y = x + p, p as long as a row and the same for all. */
export function addPositions(input: Block, positions: Positions, output: Block): Op {
  return {
    code: 21,
    operands: (room) => [
      room.block(input),
      room.block(output),
      output.columns,
      isFixed(positions) ? room.words(new Uint32Array(positions.slice().buffer)) : room.parameters(positions),
    ],
    plain({ rows, block, parameters }) {
      const [x, y] = [block(input), block(output)];
      const p = isFixed(positions) ? positions : parameters(positions);
      for (let row = 0, i = 0; row < rows; row++) for (let k = 0; k < p.length; k++, i++) y[i] = x[i] + p[k];
    },
  };
}

/** ∂p = Σ δ over the rows of the batch; ∂x is δ itself. */
export function positionsGradient(outputGradient: Block, positions: Stretch): Op {
  const { columns } = outputGradient;
  return {
    code: 22,
    operands: (room) => [room.block(outputGradient), room.gradients(positions), columns],
    plain({ rows, block, gradients }) {
      const [d, p] = [block(outputGradient), gradients(positions).fill(0)];
      for (let i = 0; i < rows * columns; i++) p[i % columns] += d[i];
    },
  };
}

function isFixed(positions: Positions): positions is Float32Array {
  return ArrayBuffer.isView(positions);
}
