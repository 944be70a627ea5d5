export { factorCholesky, inverseOfCholesky, solveCholesky, solveLower, solveUpper } from "./cholesky.ts";
