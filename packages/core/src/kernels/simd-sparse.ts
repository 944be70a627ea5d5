import { copyCompressed, type SparseLanes, type SparseLanesData } from "./compressed-rows.ts";
import { binary } from "./csr-binary.generated.ts";
import { alignUp, createLayout } from "./layout.ts";
import { compileModule, createMemory, decodeBase64, instantiate, pageBytes } from "./webassembly.ts";

/** Lays sparse rows out in memory, which are copied, for `lanes` problems at once. */
export function createSparseLanes(data: SparseLanesData): SparseLanes {
  const { rows, columns, lanes, starts, indices, values, sampleWeights, room } = data;
  const { module, heapBase } = (opened ??= open());
  const layout = createLayout(heapBase);
  const at = {
    starts: layout.take(starts.byteLength),
    indices: layout.take(indices.byteLength),
    values: layout.take(values.byteLength),
    marks: layout.take(rows * lanes),
    weights: sampleWeights === null ? 0 : layout.take(sampleWeights.byteLength),
  };
  let next = layout.size();
  const memory = createMemory(next + room.places * lanes * 8 + room.count * 64 + pageBytes);
  const kernels = instantiate(module, memory);
  const { buffer } = memory;
  copyCompressed(buffer, at, data);
  if (sampleWeights !== null) new Float64Array(buffer, at.weights, rows).set(sampleWeights);
  const own = [at.starts, at.indices, at.values, rows, columns, lanes] as const;

  return {
    rows,
    columns,
    lanes,
    marks: new Uint8Array(buffer, at.marks, rows * lanes),
    vectors(places) {
      const start = next;
      next = alignUp(start + places * lanes * 8);
      return { at: start, values: new Float64Array(buffer, start, places * lanes) };
    },
    forward: (v, t) => kernels.csrForward(...own, v.at, t.at),
    backward: (t, q) => kernels.csrBackward(...own, t.at, q.at),
    squares: (t, q) => kernels.csrSquares(...own, t.at, q.at),
    product: (v, d, t, q) => kernels.csrProduct(...own, v.at, d.at, t.at, q.at),
    look: (z, d, steps, residuals, curvatures, sums) =>
      kernels.csrLook(
        z.at,
        d.at,
        at.marks,
        at.weights,
        rows,
        lanes,
        steps.at,
        residuals.at,
        curvatures.at,
        sums.at,
      ),
    add: (x, factors, y, count) => kernels.csrAdd(x.at, factors.at, y.at, count, lanes),
    penalize: (w, penalty, q, count, sums) => kernels.csrPenalize(w.at, penalty, q.at, count, lanes, sums.at),
    begin: (g, m, r, s, p, count, sums) =>
      kernels.csrBegin(g.at, m.at, r.at, s.at, p.at, count, lanes, sums.at),
    curve: (p, penalty, q, count, sums) => kernels.csrCurve(p.at, penalty, q.at, count, lanes, sums.at),
    advance: (p, q, m, steps, s, r, count, sums) =>
      kernels.csrAdvance(p.at, q.at, m.at, steps.at, s.at, r.at, count, lanes, sums.at),
    turn: (m, r, factors, p, count) => kernels.csrTurn(m.at, r.at, factors.at, p.at, count, lanes),
  };
}

/** The binary, compiled once. */
let opened: { readonly module: object; readonly heapBase: number } | undefined;

function open(): NonNullable<typeof opened> {
  const module = compileModule(decodeBase64(binary));
  return { module, heapBase: instantiate(module, createMemory(pageBytes)).heapBase() };
}
