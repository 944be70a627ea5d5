import { binary } from "./exact-binary.generated.ts";
import { float64Sums } from "./float64-sums.ts";
import { plainProducts } from "./plain-products.ts";
import { float32Sums } from "./simd-sums.ts";
import { simdRowLoss } from "./simd-row-loss.ts";
import { simdProducts } from "./simd-products.ts";
import type { LinearSums, LinearSumsData } from "./sums.ts";
import type { Team } from "./team.ts";
import { compileModule, createMemory, decodeBase64, instantiate, pageBytes } from "./webassembly.ts";

/**
 * Lays the rows of a linear model out in memory, for an optimizer. Bytes and float32, which are copied, are worked on
 * in float32 by SIMD kernels, with sums over rows in float64; float64, copied as well, in float64.
 *
 * @param team who makes the passes over bytes and float32; the bits are the same
 * @param meanwhile done before the rows are copied, while the team has the system hand out the memory for them
 */
export async function createLinearSums(
  data: LinearSumsData,
  team?: Team,
  meanwhile?: () => Promise<void>,
): Promise<LinearSums> {
  const { values } = data;
  if (values instanceof Float64Array && !data.isRounded) {
    await meanwhile?.();
    return simdFloat64Sums({ ...data, values });
  }
  const { module, heapBase } = (opened ??= open());
  return float32Sums(module, heapBase, data, team, meanwhile);
}

/** Those over float64 rows. */
export function simdFloat64Sums(data: LinearSumsData & { readonly values: Float64Array }): LinearSums {
  const { values, columns, labels, outputs, sampleWeights } = data;
  const { module, heapBase } = (opened ??= open());
  return float64Sums(
    data,
    simdProducts(module, heapBase, values, columns, outputs),
    simdRowLoss(module, heapBase, labels, outputs, sampleWeights),
  );
}

/** The binary, compiled once for all problems. */
let opened: { readonly module: object; readonly heapBase: number } | undefined;

function open(): NonNullable<typeof opened> {
  const module = compileModule(decodeBase64(binary));
  return { module, heapBase: instantiate(module, createMemory(pageBytes)).heapBase() };
}

/** The same by plain loops in float64, whatever the rows are: the oracle, and what runs where there is no SIMD. */
export function plainLinearSums(data: LinearSumsData): LinearSums {
  return float64Sums(data, plainProducts(data.values, data.columns));
}
