// Probabilities from a model: what every page loads.
export { softmaxRows } from "./softmax";
export { linearRows } from "./rows";
export { linearRow } from "./row";
export { heapBase } from "./heap";
