import { describe, expect, test } from "vitest";
import { createGenerator } from "../random/index.ts";
import {
  createKernels,
  plainKernels,
  type CompressedRows,
  type Kernels,
  type SparseLanes,
  type Vectors,
} from "./index.ts";

const kernels = createKernels();

/** Rows with 0 to 6 entries, of which one row in five has none. */
function drawRows(rows: number, columns: number, seed = 1): CompressedRows {
  const generator = createGenerator(seed);
  const starts = new Uint32Array(rows + 1);
  const indices: number[] = [];
  const values: number[] = [];
  for (let row = 0; row < rows; row++) {
    const own = new Set<number>();
    const count = row % 5 === 3 ? 0 : 1 + Math.floor(generator.uniform() * 6);
    for (let i = 0; i < count; i++) own.add(Math.floor(generator.uniform() * columns));
    for (const column of [...own].toSorted((a, b) => a - b)) {
      indices.push(column);
      values.push(generator.normal());
    }
    starts[row + 1] = indices.length;
  }
  return { rows, columns, starts, indices: Uint32Array.from(indices), values: Float32Array.from(values) };
}

async function open(
  set: Pick<Kernels, "createSparseLanes">,
  rows: CompressedRows,
  lanes: number,
  weighted: boolean,
) {
  const generator = createGenerator(2);
  const room = await set.createSparseLanes({
    ...rows,
    lanes,
    sampleWeights: weighted ? Float64Array.from({ length: rows.rows }, (_, i) => (i % 3) / 2) : null,
    room: { places: 20 * (rows.columns + rows.rows + 3), count: 20 },
  });
  for (let i = 0; i < room.marks.length; i++) room.marks[i] = generator.uniform() < 0.4 ? 1 : 0;
  const draw = (places: number): Vectors => {
    const vectors = room.vectors(places);
    for (let i = 0; i < vectors.values.length; i++) vectors.values[i] = generator.normal();
    return vectors;
  };
  return { room, draw };
}

type Opened = Awaited<ReturnType<typeof open>>;

/** What every function leaves behind, from the same drawn vectors. */
function run({ room, draw }: Opened): Record<string, Float64Array> {
  const { rows, columns }: SparseLanes = room;
  const [v, q, r, m, s, p, w] = Array.from({ length: 7 }, () => draw(columns + 1));
  const [t, z, d, slopes, curvatures] = Array.from({ length: 5 }, () => draw(rows));
  const [factors, sums] = [draw(1), draw(3)];
  const found: Record<string, Float64Array> = {};
  const keep = (name: string, ...vectors: Vectors[]): void => {
    vectors.forEach(({ values }, i) => {
      found[`${name} ${i}`] = values.slice();
    });
  };
  room.forward(v, t);
  keep("forward", t);
  room.backward(t, q);
  keep("backward", q);
  room.squares(t, q);
  keep("squares", q);
  room.product(v, d, t, q);
  keep("product", t, q);
  room.look(z, d, factors, slopes, curvatures, sums);
  keep("look", slopes, curvatures, sums);
  room.add(v, factors, q, columns + 1);
  keep("add", q);
  room.penalize(w, 0.7, q, columns, sums);
  keep("penalize", q, sums);
  m.values.forEach((value, i) => (m.values[i] = 1 + value * value));
  room.begin(q, m, r, s, p, columns + 1, sums);
  keep("begin", m, r, s, p, sums);
  room.curve(p, 0.3, q, columns, sums);
  keep("curve", q, sums);
  room.advance(p, q, m, factors, s, r, columns + 1, sums);
  keep("advance", s, r, sums);
  room.turn(m, r, factors, p, columns + 1);
  keep("turn", p);
  return found;
}

describe.each([2, 4, 8])("sparse rows, %i lanes side by side", (lanes) => {
  test.each([
    [1, 1],
    [3, 5],
    [700, 65],
    [64, 200],
  ])("SIMD does what the plain loops do: %i rows of %i columns", async (rows, columns) => {
    for (const weighted of [false, true]) {
      const matrix = drawRows(rows, columns);
      const fast = run(await open(kernels, matrix, lanes, weighted));
      const plain = run(await open(plainKernels, matrix, lanes, weighted));
      for (const [name, values] of Object.entries(plain))
        // The logarithm of a product is not the sum of logarithms to the last bit.
        expect({
          name,
          off: values.findIndex((x, i) => !(Math.abs(fast[name][i] - x) <= 1e-12 * Math.max(1, Math.abs(x)))),
        }).toEqual({ name, off: -1 });
    }
  });
});

test("the loss of a row that carries its label is ln(1 + e⁻ᶻ), of one that does not ln(1 + eᶻ), also far out", async () => {
  for (const set of [kernels, plainKernels]) {
    const room = await set.createSparseLanes({
      ...drawRows(4, 1),
      lanes: 2,
      sampleWeights: null,
      room: { places: 40, count: 8 },
    });
    const [z, d, slopes, curvatures] = Array.from({ length: 4 }, () => room.vectors(4));
    const [steps, sums] = [room.vectors(1), room.vectors(3)];
    z.values.set([0, 0, 800, 800, -800, -800, 1, 1]);
    room.marks.set([0, 1, 0, 1, 0, 1, 0, 1]);
    room.look(z, d, steps, slopes, curvatures, sums);
    const near = Math.log(2) + 800;
    expect(sums.values[0]).toBeCloseTo(near + Math.log1p(Math.E), 10);
    expect(sums.values[1]).toBeCloseTo(near + Math.log1p(1 / Math.E), 10);
    expect([...slopes.values.subarray(0, 6)]).toEqual(
      [0.5, -0.5, 1, 0, 0, -1].map((x) => expect.closeTo(x, 12)),
    );
    expect([...curvatures.values.subarray(0, 4)]).toEqual([0.25, 0.25, 0, 0]);
  }
});

test("logits are the bias and a row's entries times their weights, to the same bits by both implementations", () => {
  const matrix = drawRows(301, 40);
  for (const outputs of [1, 3, 4, 5, 50]) {
    const generator = createGenerator(outputs);
    const weights = Float32Array.from({ length: outputs * 40 }, () => generator.normal());
    const bias = Float32Array.from({ length: outputs }, () => generator.normal());
    const fast = kernels.createSparseLogits({ weights, bias });
    const plain = plainKernels.createSparseLogits({ weights, bias })(matrix);
    expect(fast(matrix)).toEqual(plain);
    expect(fast(matrix)).toEqual(plain); // the room is used again
    expect(plain.subarray(3 * outputs, 4 * outputs)).toEqual(bias); // a row without entries
    const row = 1;
    let expected = bias[0];
    for (let i = matrix.starts[row]; i < matrix.starts[row + 1]; i++)
      expected += matrix.values[i] * weights[matrix.indices[i]];
    expect(plain[outputs]).toBeCloseTo(expected, 5);
  }
});
