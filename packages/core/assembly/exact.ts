// Sums over all rows, loaded when an exact solver begins.
export { backwardAll, forwardAll } from "./sums-passes";
export { lookAll, moveAll } from "./sums-look";
export { lossAll } from "./sums-loss";
export { probabilitiesOf } from "./sums-probabilities";
export { gramAll } from "./gram";
export { lossRows64 } from "./loss64";
export { narrowRows } from "./narrow";
export { backward64, forward64, gram64 } from "./float64";
export { factorAll, solveFactor } from "./cholesky";
export { heapBase } from "./heap";
