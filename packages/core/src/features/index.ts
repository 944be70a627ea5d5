export { compareTable, type TableComparison, type TreatedColumn } from "./comparison.ts";
export { createEncoder, type Encoder, type EncodeRows } from "./encoder.ts";
export {
  featureCount,
  featureNames,
  fitEncoding,
  type CategoricalInput,
  type DenseInput,
  type Encoding,
  type EncodingOptions,
  type InputColumn,
  type NumericInput,
  type TextColumns,
} from "./encoding.ts";
export {
  applyScaling,
  applyScalingExactly,
  fitStandardization,
  momentsOf,
  type ColumnScaling,
  type Scaling,
} from "./scaling.ts";
export { createSparseEncoder, type RowTerms, type SparseEncoder } from "./sparse-encoder.ts";
export {
  createTextEncoder,
  fitText,
  textSettings,
  usualHash,
  type TermOfText,
  type TextEncoder,
  type TextFacts,
  type TextInput,
  type TextOptions,
  type Texts,
  type TextSettings,
} from "./text/index.ts";
