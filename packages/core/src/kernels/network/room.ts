import { alignUp } from "../layout.ts";
import { bitsOf, type Program, type Room, type RoomProduct } from "./tape.ts";

/** Bytes from one operation to the next, and where its product stands: `OP_BYTES` and `PRODUCT` in network-forward.ts. */
export const opWords = 32;
const unused: readonly number[] = Array.from({ length: 15 }, () => 0);
const tileRows = 4;
const tileColumns = 8;

/** Where a program's memory lies. All floats; every array begins at a multiple of 64 bytes. */
export interface RoomPlan {
  readonly rows: number;
  readonly threads: number;
  /** Whether the weights of dense layers are packed once, each in a place of its own. */
  readonly isPacked: boolean;
  readonly barrier: number;
  readonly parameters: number;
  readonly gradients: number;
  readonly take: (bytes: number) => number;
}

/** What operations ask for, answered: their words, and the constants to be written before they are used. */
export interface EncodedProgram {
  readonly words: Uint32Array;
  readonly constants: readonly { readonly at: number; readonly values: ArrayLike<number> }[];
  /** Address of a block. */
  readonly blocks: readonly number[];
}

/** Takes room for all that the operations of a program work on, and writes them down for their twin. */
export function encodeProgram(program: Program, plan: RoomPlan): EncodedProgram {
  const { rows, threads, take } = plan;
  const blocks = program.blockColumns.map((columns) => take(columns * rows * 4));
  const constants: { at: number; values: ArrayLike<number> }[] = [];
  // Products share what they are packed into: first it is seen how large that must be.
  const largest = { a: 0, b: 0 };
  let packed = { a: 0, b: 0 };
  const edges = take(threads * 128);
  const wordsFor = (values: ArrayLike<number>, isDry: boolean): number => {
    if (isDry) return 0;
    const at = take(4 * values.length);
    constants.push({ at, values });
    return at;
  };
  const roomFor = (isDry: boolean): Room => ({
    rows,
    threads,
    block: ({ id }) => blocks[id],
    parameters: ({ offset }) => plan.parameters + 4 * offset,
    gradients: ({ offset }) => plan.gradients + 4 * offset,
    constant: (value) => wordsFor([bitsOf(value)], isDry),
    words: (values) => wordsFor(values, isDry),
    scratch: (bytes) => (isDry ? 0 : take(bytes)),
    product(product, used = 1) {
      const { columns, depth } = product;
      const bytesA = alignUp(product.rows, tileRows) * depth * 4;
      const bytesB = alignUp(columns, tileColumns) * depth * 4;
      largest.a = Math.max(largest.a, bytesA);
      largest.b = Math.max(largest.b, bytesB);
      const own = plan.isPacked && !isDry ? { ...packed, b: take(bytesB) } : packed;
      return [...unused.slice(used), ...productOf(product, own, edges, plan.barrier)];
    },
  });
  const dry = roomFor(true);
  for (const op of program.ops) op.operands(dry);
  packed = { a: take(largest.a), b: plan.isPacked ? 0 : take(largest.b) };
  const room = roomFor(false);
  const words = new Uint32Array(program.ops.length * opWords);
  program.ops.forEach((op, i) => words.set([op.code, ...op.operands(room)], i * opWords));
  return { words, constants, blocks };
}

/** The fields of `Product` in assembly/gemm.ts, in its order. */
export function productOf(
  { a, aIsTurned = false, b, bIsTurned = false, c, rows, columns, depth, start }: RoomProduct,
  packed: { readonly a: number; readonly b: number },
  edges: number,
  barrier: number,
): number[] {
  const aStride = 4 * (aIsTurned ? rows : depth);
  const bStride = 4 * (bIsTurned ? depth : columns);
  return [
    a,
    aStride,
    Number(aIsTurned),
    b,
    bStride,
    Number(bIsTurned),
    c,
    4 * columns,
    rows,
    columns,
    depth,
    start,
    packed.a,
    packed.b,
    edges,
    barrier,
  ];
}

/** Writes constants and the vector of parameters as it is. */
export function writeConstants(buffer: ArrayBufferLike, { constants }: EncodedProgram): void {
  const words = new Uint32Array(buffer);
  for (const { at, values } of constants) words.set(values, at / 4);
}
