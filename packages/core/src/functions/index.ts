export type { Activation, ActivationFacts, ActivationGraph } from "./activations/activation.ts";
export { eluActivation } from "./activations/elu.ts";
export { geluActivation } from "./activations/gelu.ts";
export { leakyReluActivation } from "./activations/leaky-relu.ts";
export { activations } from "./activations/list.ts";
export { maxout, maxoutGradient } from "./activations/maxout.ts";
export { preluActivation } from "./activations/prelu.ts";
export { reluActivation } from "./activations/relu.ts";
export { sigmoidActivation } from "./activations/sigmoid.ts";
export { softmaxGradient } from "./activations/softmax.ts";
export { softplusActivation } from "./activations/softplus.ts";
export { sparsemax, sparsemaxGradient } from "./activations/sparsemax.ts";
export { swishActivation } from "./activations/swish.ts";
export { tanhActivation } from "./activations/tanh.ts";
export {
  attention,
  attentionGradient,
  type Attention,
  type AttentionGradient,
  type AttentionOptions,
  type AttentionTensor,
} from "./attention.ts";
export {
  binaryCrossEntropy,
  binaryCrossEntropyGradient,
  type BinaryCrossEntropyOptions,
} from "./binary-cross-entropy.ts";
export { crossEntropy, crossEntropyGradient, type CrossEntropyOptions } from "./cross-entropy.ts";
export { logSoftmax } from "./log-softmax.ts";
export { logSumExp } from "./log-sum-exp.ts";
export { onlineSoftmax, type OnlineSoftmaxStep } from "./online-softmax.ts";
export { sigmoid, sigmoidComplement } from "./sigmoid.ts";
export { logSigmoid, softplus } from "./softplus.ts";
export { softmax } from "./softmax.ts";
export type { LogitValue, LogitValues, ProbabilityValue, ProbabilityValues } from "./units.ts";
