export { betaDistribution, betaQuantile } from "./beta.ts";
export { betaBinomialInterval } from "./beta-binomial.ts";
export { binomialInterval } from "./binomial.ts";
export { normalDensity, normalDistribution, normalQuantile } from "./normal.ts";
export { chiSquaredUpperTail } from "./chi-squared.ts";
export type { Interval } from "./interval.ts";
export { clopperPearsonInterval, wilsonInterval } from "./proportion.ts";
export { sampleQuantile } from "./sample.ts";
export { studentReach } from "./student.ts";
