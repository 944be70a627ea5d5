import type { Block, Op } from "../tape.ts";

/** The largest of each `pieces` numbers side by side. */
export function maxout(input: Block, pieces: number, output: Block): Op {
  return {
    code: 7,
    operands: (room) => [room.block(input), room.block(output), output.columns, pieces],
    plain({ rows, block }) {
      const [x, y] = [block(input), block(output)];
      for (let i = 0, at = 0; i < rows * output.columns; i++) {
        let top = x[at++];
        for (let piece = 1; piece < pieces; piece++, at++) if (x[at] > top) top = x[at];
        y[i] = top;
      }
    },
  };
}

/** The gradient goes to the first of the largest. */
export function maxoutGradient(
  input: Block,
  pieces: number,
  outputGradient: Block,
  inputGradient: Block,
): Op {
  const { columns } = outputGradient;
  return {
    code: 8,
    operands: (room) => [
      room.block(input),
      room.block(outputGradient),
      room.block(inputGradient),
      columns,
      pieces,
    ],
    plain({ rows, block }) {
      const [x, d, e] = [block(input), block(outputGradient), block(inputGradient)];
      for (let i = 0, at = 0; i < rows * columns; i++, at += pieces) {
        let top = 0;
        for (let piece = 1; piece < pieces; piece++) if (x[at + piece] > x[at + top]) top = piece;
        for (let piece = 0; piece < pieces; piece++) e[at + piece] = piece === top ? d[i] : 0;
      }
    },
  };
}
