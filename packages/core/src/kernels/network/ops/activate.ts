import type { ElementwiseActivation } from "../../activation.ts";
import { isStretch, type Block, type Op, type Room, type Stretch } from "../tape.ts";

/** The parameter of an activation: a number, or learned ones, one for all units or one for each. */
export type Shape = number | Stretch;

/** y = f(x; a) */
export function activate(f: ElementwiseActivation, input: Block, shape: Shape, output: Block): Op {
  const { columns } = input;
  return {
    code: 5,
    operands: (room) => [
      f.code,
      room.block(input),
      room.block(output),
      columns,
      addressOf(shape, room),
      isEach(shape, columns),
    ],
    plain({ rows, block, parameters }) {
      const [x, y] = [block(input), block(output)];
      const a = isStretch(shape) ? parameters(shape) : Float64Array.of(shape);
      for (let i = 0, k = 0; i < rows * columns; i++, k = k + 1 === columns ? 0 : k + 1)
        y[i] = f.value(x[i], a[a.length === 1 ? 0 : k]);
    },
  };
}

/** ∂x = δ f′(x; a), and where a is learned ∂a = Σ δ ∂f/∂a over the rows. */
export function activateGradient(
  f: ElementwiseActivation,
  input: Block,
  shape: Shape,
  outputGradient: Block,
  inputGradient: Block,
): Op {
  const { columns } = input;
  return {
    code: 6,
    operands: (room) => [
      f.code,
      room.block(input),
      room.block(outputGradient),
      room.block(inputGradient),
      columns,
      addressOf(shape, room),
      isEach(shape, columns),
      isStretch(shape) ? room.gradients(shape) : 0,
      isStretch(shape) && isEach(shape, columns) === 0 ? room.scratch(4 * columns) : 0,
    ],
    plain({ rows, block, parameters, gradients }) {
      const [x, d, e] = [block(input), block(outputGradient), block(inputGradient)];
      const a = isStretch(shape) ? parameters(shape) : Float64Array.of(shape);
      const g = isStretch(shape) ? gradients(shape).fill(0) : null;
      for (let i = 0, k = 0; i < rows * columns; i++, k = k + 1 === columns ? 0 : k + 1) {
        const at = a.length === 1 ? 0 : k;
        if (g) g[at] += d[i] * f.parameterDerivative(x[i], a[at]);
        e[i] = d[i] * f.derivative(x[i], a[at]);
      }
    },
  };
}

function addressOf(shape: Shape, room: Room): number {
  return isStretch(shape) ? room.parameters(shape) : room.constant(shape);
}

function isEach(shape: Shape, columns: number): number {
  return Number(isStretch(shape) && shape.length === columns && columns > 1);
}
