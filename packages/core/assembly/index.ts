export { softmaxRows } from "./softmax";
export { linearRows } from "./linear";
export { linearRow } from "./row";
export { trainSteps } from "./train";
export { backwardAll, forwardAll, lookAll, moveAll } from "./sums";
export { gramAll } from "./gram";
export { factorAll, solveFactor } from "./cholesky";

/** The first byte that is free: static data lies below. */
export function heapBase(): usize {
  return __heap_base;
}
