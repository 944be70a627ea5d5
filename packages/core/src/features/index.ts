export { compareTable, type TableComparison, type TreatedColumn } from "./comparison.ts";
export { createEncoder, type Encoder, type EncodeRows } from "./encoder.ts";
export {
  featureNames,
  fitEncoding,
  type CategoricalInput,
  type Encoding,
  type InputColumn,
  type NumericInput,
} from "./encoding.ts";
export {
  applyScaling,
  applyScalingExactly,
  fitStandardization,
  momentsOf,
  type ColumnScaling,
  type Scaling,
} from "./scaling.ts";
