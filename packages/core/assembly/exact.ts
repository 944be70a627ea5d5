// Sums over all rows, loaded when an exact solver begins.
export { backwardAll, forwardAll, lookAll, lossAll, moveAll, probabilitiesOf } from "./sums";
export { gramAll } from "./gram";
export { lossRows64 } from "./loss64";
export { narrowRows } from "./narrow";
export { backward64, forward64, gram64 } from "./float64";
export { factorAll, solveFactor } from "./cholesky";
export { heapBase } from "./heap";
