// Probabilities from a model: what every page loads.
export { softmaxRows } from "./softmax";
export { softmaxRows64 } from "./softmax64";
export { linearRows } from "./rows";
export { linearRow } from "./row";
export { csrLogits } from "./csr-logits";
export { heapBase } from "./heap";
