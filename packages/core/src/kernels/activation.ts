/**
 * An elementwise function as kernels take it: a number of the binaries' `activateBlock`, and the same by plain float64.
 * `a` is its parameter (a slope, α, β); functions without one ignore it. No checks: NaN gives NaN.
 */
export interface ElementwiseActivation {
  /** Its case in assembly/activations.ts. */
  readonly code: number;
  value(x: number, a: number): number;
  /** ∂f/∂x; at a kink the value from the left. */
  derivative(x: number, a: number): number;
  /** ∂f/∂a; 0 without a parameter. */
  parameterDerivative(x: number, a: number): number;
}

/** Elementwise functions over flat arrays of float32, in float32; each number by itself, whatever is beside it. */
export interface ActivationKernels {
  /**
   * y = f(x; a). The SIMD twin is within 6e-7, relative (swish: 6e-8·|βx| more where βx is rounded), and exactly 0 where
   * an exponential falls below e^−87.3, so it makes no subnormal; ±Infinity gives the limit.
   *
   * @param output as long as input; may be the same array
   */
  value(
    activation: ElementwiseActivation,
    input: Float32Array,
    parameter: number,
    output: Float32Array,
  ): void;

  /**
   * dx = dy · f′(x; a), within 6e-7 of the derivative's terms.
   *
   * @param outputGradient dy, as long as input
   * @param output         dx, as long as input; may be one of the two
   */
  gradient(
    activation: ElementwiseActivation,
    input: Float32Array,
    outputGradient: Float32Array,
    parameter: number,
    output: Float32Array,
  ): void;

  /** Room for so many numbers in the kernels' own memory, for those that are made there: the same without copying. */
  createRoom(count: number): ActivationRoom;
}

/** Numbers that elementwise functions are applied to where they are. All zeros at first. */
export interface ActivationRoom {
  readonly input: Float32Array;
  readonly output: Float32Array;
  readonly outputGradient: Float32Array;
  readonly inputGradient: Float32Array;
  /** `input` → `output` */
  value(activation: ElementwiseActivation, parameter: number): void;
  /** `input`, `outputGradient` → `inputGradient` */
  gradient(activation: ElementwiseActivation, parameter: number): void;
}
