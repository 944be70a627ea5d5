/** A network at work, as its owner lays it out in memory. Every thread reads the same one; each field is four bytes. */
@unmanaged
export class Network {
  ops: usize;
  opCount: i32;
  isPacked: u32; // whether the weights of dense layers are packed already
  source: usize; // rows × columns, uint8 or float32
  isBytes: u32;
  columns: i32;
  scale: f32; // what one unit of the source is worth
  order: usize; // u32 per place: which row comes when
  labels: usize; // i32 per row, or for independent sigmoids u8 per row and output
  sampleWeights: usize; // f32 per row, or 0
  smoothing: f32;
  rowTotals: usize; // per row of a batch: loss f64, right f64
  totals: usize; // loss f64, right f64
  parameters: usize; // f32, to a multiple of 64 bytes with zeros; gradients, moments and the mask lie alike
  gradients: usize;
  firstMoment: usize; // or 0
  secondMoment: usize; // or 0
  mask: usize; // 1 where the penalty counts a parameter, else 0
  parameterCount: i32; // a multiple of 16
  rule: i32; // 0 sgd, 1 adam, 2 adamw
  isNesterov: u32;
  isClipped: u32;
  clipNorm: f32;
  momentum: f32; // of adam β₁
  beta2: f32;
  epsilon: f32;
  decay: f32; // λ / n in the gradient
  weightDecay: f32; // decoupled
  partials: usize; // f64 per chunk of the sum of squares
  first: i32;
  count: i32;
  batch: i32;
  rates: usize; // per step 16 bytes: rate f32, rate / (1 − β₁ᵗ) f32, 1 / √(1 − β₂ᵗ) f32, number of the step i32
  seed: i32; // of dropout
  barrier: usize;
}
