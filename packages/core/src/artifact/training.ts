import type { EpochRecord, ExactSettings, LayerMeters, TrainingRun } from "../model/index.ts";
import type { Reader } from "./reader.ts";

/** The record of a training run, every field checked. */
export function readTraining(read: Reader): TrainingRun {
  const optimum = read.optional("optimum");
  return {
    source: read.text("source"),
    target: read.text("target"),
    ...(read.has("separator") && { separator: read.text("separator") }),
    rows: read.count("rows"),
    ...(read.has("classRows") && { classRows: read.numbers("classRows") }),
    status: read.oneOf("status", [
      "given",
      "completed",
      "stopped-early",
      "diverged",
      "cancelled",
      "certified",
      "gradient",
      "stalled",
      "budget",
    ]),
    seed: read.count("seed"),
    options: readOptions(read.inside("options")),
    history: read.list("history").map(readEpoch),
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
    ...(read.has("warnings") && { warnings: read.texts("warnings") }),
    version: read.text("version"),
  };
}

/** What an epoch left behind, every field checked. */
export function readEpoch(read: Reader): EpochRecord {
  return {
    epoch: read.count("epoch"),
    loss: read.number("loss"),
    accuracy: read.number("accuracy"),
    ...(read.has("layers") && { layers: read.list("layers").map(readMeters) }),
    ...(read.has("validationLoss") && {
      validationLoss: read.number("validationLoss"),
      validationAccuracy: read.number("validationAccuracy"),
    }),
  };
}

function readMeters(read: Reader): LayerMeters {
  const slopes = read.has("slopes") ? read.inside("slopes") : null;
  return {
    name: read.text("name"),
    gradientNorm: read.number("gradientNorm"),
    updateRatio: read.number("updateRatio"),
    mean: read.number("mean"),
    deviation: read.number("deviation"),
    dead: read.isNull("dead") ? null : read.number("dead"),
    ...(read.has("deadAtStart") && { deadAtStart: read.number("deadAtStart") }),
    ...(slopes && {
      slopes: { mean: slopes.number("mean"), least: slopes.number("least"), most: slopes.number("most") },
    }),
  };
}

function readOptions(read: Reader): TrainingRun["options"] {
  const solver = read.oneOf("solver", [
    "given",
    "sgd",
    "adam",
    "adamw",
    "newton",
    "lbfgs",
    "coordinate-descent",
  ]);
  if (solver === "given") return { solver };
  if (solver === "newton" || solver === "lbfgs" || solver === "coordinate-descent")
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
    ...(read.has("hidden") && { hidden: read.text("hidden") }),
    ...(read.has("attention") && { attention: read.text("attention") }),
    ...(read.has("initialization") && {
      initialization: read.oneOf("initialization", ["auto", "he", "glorot", "lecun"]),
    }),
    ...(read.has("layerNorm") && { layerNorm: read.flag("layerNorm") }),
    ...(read.has("residual") && { residual: read.flag("residual") }),
    ...(read.has("nesterov") && { nesterov: read.flag("nesterov") }),
    ...numbersOf(read, ["dropout", "weightDecay", "clipNorm", "labelSmoothing", "patience", "validate"]),
  };
}

/** Those of the numbers that are there. */
function numbersOf<T extends string>(read: Reader, names: readonly T[]): { [name in T]?: number } {
  const found: { [name in T]?: number } = {};
  for (const name of names) if (read.has(name)) found[name] = read.number(name);
  return found;
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
