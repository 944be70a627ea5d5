import { createCalibrator } from "../calibrate/index.ts";
import type { ModelCalibration } from "../model/index.ts";
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

export function describeCalibration({ calibrator, source, rows, reason }: ModelCalibration): object {
  return { kind: calibrator.kind, numbers: Object.keys(calibrator.numbers), source, rows, reason };
}

/**
 * @param take an array of the file by its name
 * @throws InputError when a field or an array is not what the kind of calibrator needs
 */
export function readCalibration(read: Reader, take: (name: string) => Float64Array): ModelCalibration {
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
  return {
    calibrator: createCalibrator(kind, numbers),
    source: read.text("source"),
    rows: read.count("rows"),
    reason: read.text("reason"),
  };
}
