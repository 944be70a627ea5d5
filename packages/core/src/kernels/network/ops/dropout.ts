import { bitsOf, type Block, type Op } from "../tape.ts";

/**
 * x / (1 − share), or 0 for a share of the numbers. Which is decided by bits of (seed, step, place on the tape, row,
 * column) alone, so neither threads nor a resumed run change it.
 *
 * @param place which dropout of the tape it is; its gradient takes the same
 * @see Srivastava et al., JMLR 15 (2014); scaled while training, so that nothing is left to do afterwards
 */
export function dropout(input: Block, share: number, place: number, output: Block): Op {
  const { columns } = input;
  const least = Math.min(2 ** 32 - 1, Math.round(share * 2 ** 32));
  const factor = 1 / (1 - share);
  return {
    code: 13,
    operands: (room) => [room.block(input), room.block(output), columns, place, least, bitsOf(factor)],
    plain({ rows, step, seed, block }) {
      const [x, y] = [block(input), block(output)];
      const start = mix(mix(seed | 0, step), place);
      for (let row = 0, at = 0; row < rows; row++) {
        const own = mix(start, row);
        for (let column = 0; column < columns; column++, at++)
          y[at] = finish(mix(own, column)) >= least ? factor * x[at] : 0;
      }
    },
  };
}

/** One more number into the bits: rounds of MurmurHash3's finalizer. */
function mix(h: number, own: number): number {
  const first = Math.imul(h ^ (h >>> 16) ^ own, 0x85ebca6b);
  return Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
}

function finish(h: number): number {
  return (h ^ (h >>> 16)) >>> 0;
}
