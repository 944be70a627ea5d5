// Sums over all rows, loaded when an exact solver begins.
export { backwardAll, forwardAll, lookAll, moveAll } from "./sums";
export { gramAll } from "./gram";
export { factorAll, solveFactor } from "./cholesky";
export { heapBase } from "./heap";
