export { drawBinomial, drawMultinomial } from "./binomial.ts";
export { createGenerator, shuffle, type Generator } from "./generator.ts";
