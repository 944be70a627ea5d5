import type { MeasuredOn } from "./card-data.ts";

/** "test" for "test rows" */
export function kindOfRows(evaluatedOn: MeasuredOn): string {
  const words: Readonly<Record<MeasuredOn, string>> = {
    train: "training",
    calibrate: "calibration",
    guarantee: "guarantee",
    unused: "unused",
    test: "test",
    validate: "validation",
    new: "new",
    all: "known",
  };
  return words[evaluatedOn];
}

/** What followed from these very rows, so that figures of them flatter; null where nothing did. */
export function learnedFrom(evaluatedOn: MeasuredOn): string | null {
  const words: Readonly<Record<MeasuredOn, string | null>> = {
    train: "the model learned from",
    calibrate: "the probabilities were calibrated on",
    guarantee: "the guarantees were made from",
    unused: null,
    test: null,
    validate: "training was stopped by",
    new: null,
    all: "the model learned from, among others",
  };
  return words[evaluatedOn];
}
