export {
  binaryCrossEntropy,
  binaryCrossEntropyGradient,
  type BinaryCrossEntropyOptions,
} from "./binary-cross-entropy.ts";
export { crossEntropy, crossEntropyGradient, type CrossEntropyOptions } from "./cross-entropy.ts";
export { logSoftmax } from "./log-softmax.ts";
export { logSumExp } from "./log-sum-exp.ts";
export { sigmoid, sigmoidComplement } from "./sigmoid.ts";
export { logSigmoid, softplus } from "./softplus.ts";
export { softmax } from "./softmax.ts";
