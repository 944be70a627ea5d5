import { createCalibrator } from "../calibrate/index.ts";
import type { ClassifierParts, ModelCalibration } from "../model/index.ts";
import type { Reader } from "./reader.ts";
import type { Tensor } from "./safetensors.ts";

/** The numbers of a calibrator, by name. */
export function calibrationTensors({ calibrator }: ModelCalibration): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(calibrator.numbers).map(([name, values]) => [
      `calibration.${name}`,
      { shape: [values.length], values },
    ]),
  );
}

export function describeCalibration({
  calibrator,
  source,
  rows,
  reason,
  thresholds,
}: ModelCalibration): object {
  return {
    kind: calibrator.kind,
    numbers: Object.keys(calibrator.numbers),
    source,
    rows,
    reason,
    ...(thresholds && { thresholds: [...thresholds] }), // JSON holds them to the last bit
  };
}

/**
 * @param model its classes or labels, and the head that says which
 * @param take an array of the file by its name
 * @throws InputError when a field or an array is not what the kind of calibrator needs
 */
export function readCalibration(
  read: Reader,
  { classes, head }: Pick<ClassifierParts, "classes" | "head">,
  take: (name: string) => Float64Array,
): ModelCalibration {
  const kind = read.oneOf("kind", [
    "identity",
    "temperature",
    "vector",
    "platt",
    "beta",
    "isotonic",
    "labels",
  ]);
  const numbers = Object.fromEntries(
    read.texts("numbers").map((name) => [name, take(`calibration.${name}`)]),
  );
  const calibrator = createCalibrator(kind, numbers);
  if (head.isExclusive ? kind === "labels" : !["labels", "identity"].includes(kind))
    read.fail("kind", `a calibrator of ${head.isExclusive ? "classes" : "labels"}, as the head is for`);
  if (kind === "labels" && calibrator.parameterCount !== 2 * classes.length)
    read.fail("numbers", `a line for each of ${classes.length} labels`);
  const thresholds = read.has("thresholds") ? read.numbers("thresholds") : null;
  const isRight =
    !head.isExclusive && thresholds?.length === classes.length && thresholds.every((each) => each >= 0);
  if (thresholds !== null && !isRight)
    read.fail("thresholds", `one number, 0 or more, for each of ${classes.length} labels`);
  return {
    calibrator,
    source: read.text("source"),
    rows: read.count("rows"),
    reason: read.text("reason"),
    ...(thresholds && { thresholds: Float64Array.from(thresholds) }),
  };
}
