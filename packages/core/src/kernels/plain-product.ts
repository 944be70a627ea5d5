import type { MatrixProduct, ProductShape } from "./kernels.ts";

/** The plain twin of a matrix product: sums in float32, over k in order. */
export function plainProduct({
  rows,
  columns,
  depth,
  aIsTurned = false,
  bIsTurned = false,
}: ProductShape): MatrixProduct {
  const [a, b, c] = [rows * depth, depth * columns, rows * columns].map((count) => new Float32Array(count));
  return {
    a,
    b,
    c,
    async multiply() {
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < columns; j++) {
          let sum = 0;
          for (let k = 0; k < depth; k++) {
            const x = a[aIsTurned ? k * rows + i : i * depth + k];
            sum = Math.fround(sum + Math.fround(x * b[bIsTurned ? j * depth + k : k * columns + j]));
          }
          c[i * columns + j] = sum;
        }
    },
  };
}
