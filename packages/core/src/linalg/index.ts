export { factorCholesky, inverseOfCholesky, solveCholesky, solveLower, solveUpper } from "./cholesky.ts";
export { weightedGram } from "./gram.ts";
