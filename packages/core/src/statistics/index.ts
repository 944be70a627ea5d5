export { betaDistribution, betaQuantile } from "./beta.ts";
export { binomialInterval } from "./binomial.ts";
export { normalDensity, normalDistribution, normalQuantile } from "./normal.ts";
export { clopperPearsonInterval, wilsonInterval } from "./proportion.ts";
export { sampleQuantile } from "./sample.ts";
