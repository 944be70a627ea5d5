import type { Block, Op, Stretch } from "../tape.ts";

/** Each number of a row becomes a vector: yⱼ = xⱼ vⱼ, v columns × width, learned. */
export function spread(input: Block, vectors: Stretch, output: Block): Op {
  const { columns } = input;
  const width = output.columns / columns;
  return {
    code: 26,
    operands: (room) => [room.block(input), room.block(output), columns, width, room.parameters(vectors)],
    plain({ rows, block, parameters }) {
      const [x, y, v] = [block(input), block(output), parameters(vectors)];
      for (let i = 0, at = 0; i < rows * columns; i++)
        for (let c = 0; c < width; c++, at++) y[at] = x[i] * v[(i % columns) * width + c];
    },
  };
}

/** ∂vⱼ = Σ xⱼ δⱼ over the rows, and where it is wanted ∂xⱼ = ⟨δⱼ, vⱼ⟩. */
export function spreadGradient(
  input: Block,
  vectors: Stretch,
  outputGradient: Block,
  inputGradient: Block | null,
): Op {
  const { columns } = input;
  const width = outputGradient.columns / columns;
  return {
    code: 27,
    operands: (room) => [
      room.block(input),
      room.block(outputGradient),
      columns,
      width,
      room.parameters(vectors),
      room.gradients(vectors),
      inputGradient ? room.block(inputGradient) : 0,
    ],
    plain({ rows, block, parameters, gradients }) {
      const [x, d, v] = [block(input), block(outputGradient), parameters(vectors)];
      const g = gradients(vectors).fill(0);
      const e = inputGradient && block(inputGradient);
      for (let i = 0, at = 0; i < rows * columns; i++) {
        let inner = 0;
        for (let c = (i % columns) * width; c < ((i % columns) + 1) * width; c++, at++) {
          g[c] += x[i] * d[at];
          inner += d[at] * v[c];
        }
        if (e) e[i] = inner;
      }
    },
  };
}
