// Minibatch training, loaded when a run begins.
export { trainSteps } from "./train";
export { heapBase } from "./heap";
