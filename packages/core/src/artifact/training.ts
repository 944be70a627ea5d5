import type { ExactSettings, TrainingRun } from "../model/index.ts";
import type { Reader } from "./reader.ts";

/** The record of a training run, every field checked. */
export function readTraining(read: Reader): TrainingRun {
  const optimum = read.optional("optimum");
  return {
    source: read.text("source"),
    target: read.text("target"),
    rows: read.count("rows"),
    ...(read.has("classRows") && { classRows: read.numbers("classRows") }),
    status: read.oneOf("status", [
      "given",
      "completed",
      "diverged",
      "cancelled",
      "certified",
      "gradient",
      "stalled",
      "budget",
    ]),
    seed: read.count("seed"),
    options: readOptions(read.inside("options")),
    history: read.list("history").map((epoch) => ({
      epoch: epoch.count("epoch"),
      loss: epoch.number("loss"),
      accuracy: epoch.number("accuracy"),
    })),
    optimum: optimum && {
      objective: optimum.number("objective"),
      gap: optimum.isNull("gap") ? null : optimum.number("gap"),
      decrement: optimum.isNull("decrement") ? null : optimum.number("decrement"),
      gradientNorm: optimum.number("gradientNorm"),
      iterations: optimum.count("iterations"),
      passes: optimum.count("passes"),
      logLikelihood: optimum.number("logLikelihood"),
      nullLogLikelihood: optimum.number("nullLogLikelihood"),
      degreesOfFreedom: optimum.isNull("degreesOfFreedom") ? null : optimum.number("degreesOfFreedom"),
    },
    version: read.text("version"),
  };
}

function readOptions(read: Reader): TrainingRun["options"] {
  const solver = read.oneOf("solver", ["given", "sgd", "newton", "lbfgs", "coordinate-descent"]);
  if (solver === "given") return { solver };
  if (solver !== "sgd")
    return {
      solver,
      l2: read.number("l2"),
      l1Ratio: read.number("l1Ratio"),
      penaltyUnits: read.oneOf("penaltyUnits", ["standardized", "original"]),
      tolerance: read.number("tolerance"),
      classWeights: read.isNull("classWeights") ? null : read.numbers("classWeights"),
      corrected: read.flag("corrected"),
      choice: readChoice(read.optional("choice")),
    };
  return {
    solver,
    epochs: read.count("epochs"),
    batch: read.count("batch"),
    learningRate: read.number("learningRate"),
    schedule: read.oneOf("schedule", ["constant", "step", "cosine"]),
    warmUp: read.number("warmUp"),
    stepEpochs: read.number("stepEpochs"),
    stepFactor: read.number("stepFactor"),
    momentum: read.number("momentum"),
    l2: read.number("l2"),
    classWeights: read.isNull("classWeights") ? null : read.numbers("classWeights"),
    corrected: read.flag("corrected"),
  };
}

function readChoice(read: Reader | null): ExactSettings["choice"] {
  return (
    read && {
      minimum: read.number("minimum"),
      oneStandardError: read.number("oneStandardError"),
      path: read.list("path").map((point) => ({
        lambda: point.number("lambda"),
        logLoss: point.number("logLoss"),
        standardError: point.number("standardError"),
      })),
    }
  );
}
