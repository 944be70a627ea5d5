import type { Head } from "./head.ts";
import { multilabelHead } from "./multilabel.ts";
import { sigmoidHead } from "./sigmoid.ts";
import { softmaxHead } from "./softmax.ts";

/** Every head by its kind. */
export const heads: Readonly<Record<Head["kind"], Head>> = {
  softmax: softmaxHead,
  sigmoid: sigmoidHead,
  multilabel: multilabelHead,
};
