import type { ModelInference } from "../model/index.ts";
import type { Reader } from "./reader.ts";
import type { Tensor } from "./safetensors.ts";

const fullKinds = ["wald", "laplace", "sandwich", "robust", "cluster"] as const;

/** The numbers of a covariance as arrays of a model file. */
export function inferenceTensors({ covariance }: ModelInference): Record<string, Tensor> {
  if (covariance.kind !== "kronecker") return { "inference.covariance": squareTensor(covariance.values) };
  const { columnVectors, columnValues, classVectors, classValues } = covariance;
  return {
    "inference.columnVectors": squareTensor(columnVectors),
    "inference.columnValues": { shape: [columnValues.length], values: columnValues },
    "inference.classVectors": squareTensor(classVectors),
    "inference.classValues": { shape: [classValues.length], values: classValues },
  };
}

export function describeInference({ covariance }: ModelInference): object {
  return covariance.kind === "kronecker"
    ? { covariance: covariance.kind, precision: covariance.precision }
    : { covariance: covariance.kind };
}

/**
 * @param tensor gives a float64 array of the file of this name and shape
 * @param columns what the last layer takes
 * @param contrasts classes but one
 */
export function readInference(
  read: Reader,
  tensor: (name: string, shape: readonly number[]) => Float64Array,
  columns: number,
  contrasts: number,
): ModelInference {
  const kind = read.oneOf("covariance", [...fullKinds, "kronecker"]);
  const size = columns + 1;
  if (kind !== "kronecker") {
    const p = contrasts * size;
    return { covariance: { kind, values: tensor("inference.covariance", [p, p]) } };
  }
  const precision = read.number("precision");
  if (!(precision > 0)) read.fail("precision", "above 0");
  return {
    covariance: {
      kind,
      columnVectors: tensor("inference.columnVectors", [size, size]),
      columnValues: tensor("inference.columnValues", [size]),
      classVectors: tensor("inference.classVectors", [contrasts, contrasts]),
      classValues: tensor("inference.classValues", [contrasts]),
      precision,
    },
  };
}

function squareTensor(values: Float64Array): Tensor {
  const size = Math.sqrt(values.length);
  return { shape: [size, size], values };
}
