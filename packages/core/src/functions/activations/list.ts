import type { ActivationFacts } from "./activation.ts";
import { eluFacts } from "./elu.ts";
import { geluFacts } from "./gelu.ts";
import { leakyReluFacts } from "./leaky-relu.ts";
import { maxoutFacts } from "./maxout.ts";
import { preluFacts } from "./prelu.ts";
import { reluFacts } from "./relu.ts";
import { sigmoidFacts } from "./sigmoid.ts";
import { softmaxFacts } from "./softmax.ts";
import { softplusFacts } from "./softplus.ts";
import { sparsemaxFacts } from "./sparsemax.ts";
import { swishFacts } from "./swish.ts";
import { tanhFacts } from "./tanh.ts";

/** All activations with what is worth knowing of them, the elementwise ones first. */
export const activations: readonly ActivationFacts[] = [
  sigmoidFacts,
  tanhFacts,
  reluFacts,
  leakyReluFacts,
  preluFacts,
  eluFacts,
  softplusFacts,
  swishFacts,
  geluFacts,
  maxoutFacts,
  softmaxFacts,
  sparsemaxFacts,
];
