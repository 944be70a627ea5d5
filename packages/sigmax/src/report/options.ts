import type { Classifier } from "@sigmax/core";
import { isDescent } from "@sigmax/core/model";
import { layersInWords } from "../commands/network-words.ts";
import type { ReportData } from "./data.ts";

const inWords = {
  dropout: "dropout",
  weightDecay: "weight decay",
  clipNorm: "clip norm",
  labelSmoothing: "label smoothing",
  patience: "patience",
  validate: "validation rows",
  layerNorm: "layer normalization",
  residual: "skip connections",
  nesterov: "Nesterov",
} as const;

/** The options of a training run, in words that a reader knows. */
export function optionsInWords({ options, seed }: Classifier["training"]): ReportData["options"] {
  if (options.solver === "given") return [["scores", "another model's"]];
  const penalty = ["L2 penalty λ", String(options.l2)] as const;
  const classWeights = options.classWeights
    ? [["class weights", options.classWeights.map((weight) => weight.toPrecision(3)).join(", ")] as const]
    : [];
  if (isDescent(options))
    return [
      ["solver", options.solver],
      ["epochs", String(options.epochs)],
      ["batch", String(options.batch)],
      ["learning rate", String(options.learningRate)],
      ...(options.solver === "sgd" ? [["momentum", String(options.momentum)] as const] : []),
      ...(options.hidden === undefined ? [] : [["hidden layers", layersInWords(options.hidden)] as const]),
      ...(options.attention === undefined ? [] : [["attention", options.attention] as const]),
      ...(options.schedule === "constant" ? [] : [["schedule", options.schedule] as const]),
      ...(["dropout", "weightDecay", "clipNorm", "labelSmoothing", "patience", "validate"] as const).flatMap(
        (name) => (options[name] === undefined ? [] : [[inWords[name], String(options[name])] as const]),
      ),
      ...(["layerNorm", "residual", "nesterov"] as const).flatMap((name) =>
        options[name] === true ? [[inWords[name], "yes"] as const] : [],
      ),
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
