export { factorCholesky, inverseOfCholesky, solveCholesky, solveLower, solveUpper } from "./cholesky.ts";
export { symmetricEigen, type SymmetricEigen } from "./symmetric-eigen.ts";
