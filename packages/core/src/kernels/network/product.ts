import type { MatrixProduct, ProductShape } from "../kernels.ts";
import { alignUp, barrierBytes, createLayout } from "../layout.ts";
import { binary } from "../network-binary.generated.ts";
import type { Team } from "../team.ts";
import { compileModule, createMemory, decodeBase64, instantiate, pageBytes } from "../webassembly.ts";
import { productOf } from "./room.ts";

/** Lays a matrix product out in memory: see `Kernels.createProduct`. */
export function createProduct(shape: ProductShape, team: Team | undefined): MatrixProduct {
  const { rows, columns, depth } = shape;
  const module = compileModule(decodeBase64(binary));
  const { take, size } = createLayout(instantiate(module, createMemory(pageBytes)).heapBase());
  const [a, b, c] = [rows * depth, depth * columns, rows * columns].map((count) => take(count * 4));
  const packed = { a: take(alignUp(rows, 4) * depth * 4), b: take(alignUp(columns, 8) * depth * 4) };
  const edges = take((team?.size ?? 1) * 128);
  const barrier = take(barrierBytes);
  const address = take(64);
  const memory = createMemory(size() + 64);
  const kernels = instantiate(module, memory);
  const room = { module, memory };
  const opening = team?.tell({ kind: "open", ...room });
  opening?.catch(() => undefined); // whoever multiplies first hears of it
  const { buffer } = memory;
  new Uint32Array(buffer, address, 16).set(
    productOf({ ...shape, a, b, c, start: 0 }, packed, edges, barrier),
  );
  return {
    a: new Float32Array(buffer, a, rows * depth),
    b: new Float32Array(buffer, b, depth * columns),
    c: new Float32Array(buffer, c, rows * columns),
    async multiply() {
      if (team) {
        await opening;
        await team.tell({ kind: "job", name: "productAll", address }, room);
      } else kernels.productAll(address, 0, 1);
    },
  };
}
