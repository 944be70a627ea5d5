/**
 * The rows of one linear model, as their owner lays them out in memory, each field four bytes, in this order.
 * Rows are worked on in blocks of 64, and blocks belong to chunks: each chunk has its own sums, which are added in
 * order, so the bits do not depend on who computed which chunk.
 */
@unmanaged
export class Sums {
  source: usize; // rows × stride, uint8 or float32
  isBytes: u32;
  rows: i32;
  stride: i32; // elements per row, a multiple of 16; the padding is zero
  outputs: i32; // 1: sigmoid, the logit of class 1; K ≥ 2: softmax
  scale: f32;
  labels: usize; // u32 per row
  sampleWeights: usize; // f64 per row, or 0
  layer: usize; // what `forwardAll` applies: weights, outputs × stride, then as many intercepts
  target: usize; // where it writes margins: per block outputs × 64, float32
  margins: usize; // those of the place
  direction: usize; // and of the direction
  chunks: i32;
  chunkBlocks: i32; // blocks per chunk; the last may have fewer
  totals: usize; // per chunk: loss, slope, curvature, f64
  gradients: usize; // per chunk: outputs × stride, float32
  biasGradients: usize; // per chunk: outputs, f64
  scratch: usize; // per thread: a block of rows, then outputs × BLOCK float64
  scratchBytes: usize;
  step: f32;
  looks: u32; // whether `forwardAll` looks as well, and takes the gradient there
  exactLayer: usize; // what `lossAll` applies: as `layer`, but float64, and the weights times the scale
}

// @ts-ignore: decorator
@inline
export function weightOf(sums: Sums, row: i32): f64 {
  return sums.sampleWeights ? load<f64>(sums.sampleWeights + (<usize>row << 3)) : 1;
}
