import type { Classifier } from "@sigmax/core";
import type { ReportData } from "./data.ts";

/** The options of a training run, in words that a reader knows. */
export function optionsInWords({ options, seed }: Classifier["training"]): ReportData["options"] {
  if (options.solver === "given") return [["scores", "another model's"]];
  const penalty = ["L2 penalty λ", String(options.l2)] as const;
  const classWeights = options.classWeights
    ? [["class weights", options.classWeights.map((weight) => weight.toPrecision(3)).join(", ")] as const]
    : [];
  if (options.solver === "sgd")
    return [
      ["solver", "sgd"],
      ["epochs", String(options.epochs)],
      ["batch", String(options.batch)],
      ["learning rate", String(options.learningRate)],
      ["momentum", String(options.momentum)],
      penalty,
      ...classWeights,
      ["seed", String(seed)],
    ];
  return [
    ["solver", options.solver],
    options.l1Ratio > 0 ? ["penalty λ", String(options.l2)] : penalty,
    ...(options.l1Ratio > 0 ? [["share of L1", String(options.l1Ratio)] as const] : []),
    ["penalty in", `${options.penaltyUnits} units`],
    ...classWeights,
    ["seed", String(seed)],
  ];
}
