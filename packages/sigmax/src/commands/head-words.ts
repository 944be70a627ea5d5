import type { HeadLaw, HeadPractice } from "@sigmax/core/laboratory";
import { count, decimal, scientific } from "../report/format.ts";

/** What the laws are to hold to. */
const lawTolerance = 1e-12;

const sentences: Readonly<Record<HeadLaw["name"], string>> = {
  sgd: "SGD: softmax with learning rate η is sigmoid with 2η",
  momentum: "momentum: softmax with η is sigmoid with 2η",
  adam: "Adam: softmax with η is sigmoid with 2η",
  gauge: "w₁ + w₀ of the softmax never moves",
  "penalty-optimum": "L2, at the exact optimum: softmax with λ is sigmoid with λ/2 (C with 2C)",
  "penalty-descent": "L2 in the loss, on the way there by SGD: λ and λ/2",
  "penalty-adam": "L2 in the loss, on the way there by Adam: λ and λ/2",
  "weight-decay": "weight decay beside the loss (AdamW): ω and ω/2",
  "label-smoothing": "label smoothing of 0.1 is the same for both",
  "class-weights": "class weights of 2 and ½ are the same for both",
};

export function lawInWords({ name }: HeadLaw): string {
  return sentences[name];
}

/** Whether the laws came out on these rows. */
export function lawsInOneSentence(laws: readonly HeadLaw[]): string {
  const broken = laws.filter(({ difference }) => !(difference <= lawTolerance));
  if (broken.length === 0) return "All of them hold to 10⁻¹².";
  return `Not to 10⁻¹² on these rows: ${broken.map((law) => `${lawInWords(law)} (${scientific(law.difference)})`).join("; ")}. What is apart there is rounding that the steps have made larger.`;
}

/** What differs in practice, and why: a sentence each. */
export function practiceInWords({
  learningRate,
  penalty,
  start,
  tails,
  precision,
  order,
}: HeadPractice): string[] {
  const four = (value: number): string => decimal(value, 4);
  const [double, single] = tails;
  return [
    `Learning rate: the same η moves the log-odds of the softmax ${decimal(learningRate.firstStep, 2)} times as far a step. After ${learningRate.steps} steps of SGD its training log-loss is ${four(learningRate.softmax)}, the sigmoid's ${four(learningRate.sigmoid)}, and with 2η ${four(learningRate.sigmoidTwice)}.`,
    `Penalty: the same λ is half as strong on the log-odds of the softmax. At the exact optima its weights are ${decimal(penalty.softmaxNorm / penalty.sigmoidNorm, 2)} times as long, its training log-loss is ${four(penalty.softmax)} against ${four(penalty.sigmoid)}, and a row's probability differs by up to ${four(penalty.probabilityGap)}.`,
    `Start: of random weights with variance s², the log-odds of the softmax begin with ${decimal(start.variance, 2)} s² (${count(start.draws)} draws; 2 on paper), and it has twice as many parameters.`,
    `Tails: 1 − σ(z) is 0 from z = ${double.logit} on (from ${single.logit} in float32), where the softmax still has ${scientific(double.kept)}; Sigmax's sigmoid gives both classes with their digits, so here this is no difference.`,
    `Precision: in float32 the heads come ${scientific(precision.heads)} apart where on paper they are one, about as far as each is from itself in float64 (${scientific(precision.softmax)} and ${scientific(precision.sigmoid)}).`,
    `Order of sums: adding up a batch from the last row to the first changes the weights by ${scientific(order.float64)} in float64 and ${scientific(order.float32)} in float32: as much as the head does.`,
  ];
}
