import type { Block, Op, Stretch } from "../tape.ts";

/**
 * Y = X Wᵀ + b, W outputs × inputs; without b where that is null.
 *
 * @param groups vectors of a row that are worked on alike, lying one after the other: X is (rows · groups) × inputs
 */
export function dense(input: Block, weights: Stretch, bias: Stretch | null, output: Block, groups = 1): Op {
  const [n, q] = [input.columns / groups, output.columns / groups];
  return {
    code: 2,
    operands: (room) => [
      groups,
      ...room.product({
        a: room.block(input),
        b: room.parameters(weights),
        bIsTurned: true,
        c: room.block(output),
        rows: room.rows * groups,
        columns: q,
        depth: n,
        start: bias ? room.parameters(bias) : 0,
      }),
    ],
    plain({ rows, block, parameters }) {
      const [x, w, y] = [block(input), parameters(weights), block(output)];
      const b = bias ? parameters(bias) : new Float64Array(q);
      for (let i = 0; i < rows * groups; i++)
        for (let k = 0; k < q; k++) {
          let sum = b[k];
          for (let j = 0; j < n; j++) sum += x[i * n + j] * w[k * n + j];
          y[i * q + k] = sum;
        }
    },
  };
}

/** ∂W = δᵀ X and ∂b = Σ δ, over the rows of the batch. */
export function denseGradient(
  input: Block,
  outputGradient: Block,
  weights: Stretch,
  bias: Stretch | null,
  groups = 1,
): Op {
  const [n, q] = [input.columns / groups, outputGradient.columns / groups];
  return {
    code: 3,
    operands: (room) => [
      groups,
      room.block(outputGradient),
      bias ? room.gradients(bias) : 0,
      ...room.product(
        {
          a: room.block(outputGradient),
          aIsTurned: true,
          b: room.block(input),
          c: room.gradients(weights),
          rows: q,
          columns: n,
          depth: room.rows * groups,
          start: 0,
        },
        3,
      ),
    ],
    plain({ rows, block, gradients }) {
      const [x, d, w] = [block(input), block(outputGradient), gradients(weights)];
      const b = bias ? gradients(bias) : new Float64Array(q);
      w.fill(0);
      b.fill(0);
      for (let i = 0; i < rows * groups; i++)
        for (let k = 0; k < q; k++) {
          const delta = d[i * q + k];
          b[k] += delta;
          for (let j = 0; j < n; j++) w[k * n + j] += delta * x[i * n + j];
        }
    },
  };
}

/** ∂X = δ W */
export function denseInput(outputGradient: Block, weights: Stretch, inputGradient: Block, groups = 1): Op {
  const [n, q] = [inputGradient.columns / groups, outputGradient.columns / groups];
  return {
    code: 4,
    operands: (room) => [
      groups,
      ...room.product({
        a: room.block(outputGradient),
        b: room.parameters(weights),
        c: room.block(inputGradient),
        rows: room.rows * groups,
        columns: n,
        depth: q,
        start: 0,
      }),
    ],
    plain({ rows, block, parameters }) {
      const [d, w, x] = [block(outputGradient), parameters(weights), block(inputGradient)];
      for (let i = 0; i < rows * groups; i++)
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let k = 0; k < q; k++) sum += d[i * q + k] * w[k * n + j];
          x[i * n + j] = sum;
        }
    },
  };
}
