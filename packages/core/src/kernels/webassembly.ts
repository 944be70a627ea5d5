// The few names of the WebAssembly API that core uses: it is compiled without the DOM's and Node's types.

export interface WasmMemory<Buffer = SharedArrayBuffer> {
  readonly buffer: Buffer;
  grow(pages: number): number;
}

interface WasmApi {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: KernelExports };
  Memory: {
    new (descriptor: { initial: number; maximum: number; shared: true }): WasmMemory;
    new (descriptor: { initial: number; maximum: number }): WasmMemory<ArrayBuffer>;
  };
}

declare const WebAssembly: WasmApi;

export const pageBytes = 65536;
/** 4 GiB, all that 32-bit addresses reach. */
export const maximumPages = 65536;

/** Compressed sparse rows, and how many problems stand side by side. */
type SparseRows = [
  starts: number,
  indices: number,
  values: number,
  rows: number,
  columns: number,
  lanes: number,
];
/** How many numbers, and where an activation's own numbers stand: one for each, or one for all. */
type Shape = [count: number, aAt: number, aEach: number];
/** Which thread this is, of how many. */
type Threads = [thread: number, threads: number];

/**
 * What the binaries of `packages/core/assembly` export, each its own part: whoever opens one calls no other.
 * Addresses are in bytes.
 */
export interface KernelExports {
  heapBase(): number;

  // predict.ts
  softmaxRows(input: number, rows: number, columns: number, output: number): void;
  softmaxRows64(input: number, isFloat32: number, rows: number, columns: number, output: number): void;
  linearRows(
    source: number,
    isBytes: number,
    rows: number,
    stride: number,
    weights: number,
    bias: number,
    classes: number,
    scaleAt: number,
    block: number,
    output: number,
  ): void;
  linearRow(
    row: number,
    isBytes: number,
    wide: number,
    stride: number,
    weights: number,
    bias: number,
    classes: number,
    scaleAt: number,
    logits: number,
  ): void;

  // activations.ts
  activateBlock(...at: [code: number, from: number, to: number, ...Shape]): void;
  activateGradientBlock(...at: [code: number, x: number, dy: number, dx: number, ...Shape]): void;
  activateParameterBlock(...at: [code: number, x: number, dy: number, sums: number, ...Shape]): void;

  // attention.ts
  attentionForward(job: number, ...threads: Threads): void;
  attentionBackward(job: number, ...threads: Threads): void;
  attentionQueries(job: number, ...threads: Threads): void;

  // minibatch.ts
  trainSteps(...at: [run: number, ...Threads, first: number, rows: number, batch: number]): void;

  // network.ts
  networkSteps(run: number, ...threads: Threads): void;
  productAll(product: number, ...threads: Threads): void;

  // pass.ts
  networkPass(run: number, rows: number): void;
  networkPack(run: number): void;

  // exact.ts
  forwardAll(sums: number, ...threads: Threads): void;
  backwardAll(sums: number, ...threads: Threads): void;
  lossAll(sums: number, ...threads: Threads): void;
  lookAll(sums: number): void;
  moveAll(sums: number): void;
  probabilitiesOf(sums: number, chosen: number, count: number, output: number): void;
  lossRows64(job: number): void;
  narrowRows(from: number, rows: number, columns: number, stride: number, to: number): number;
  gramAll(job: number, ...threads: Threads): void;
  factorAll(job: number, ...threads: Threads): void;
  forward64(
    source: number,
    rows: number,
    stride: number,
    weights: number,
    outputs: number,
    output: number,
  ): void;
  backward64(
    source: number,
    rows: number,
    stride: number,
    residuals: number,
    outputs: number,
    gradient: number,
  ): void;
  gram64(
    source: number,
    stride: number,
    order: number,
    count: number,
    weights: number,
    scratch: number,
    output: number,
  ): void;
  solveFactor(factor: number, n: number, stride: number, b: number): void;

  // csr.ts
  csrForward(...at: [...SparseRows, v: number, t: number]): void;
  csrBackward(...at: [...SparseRows, t: number, q: number]): void;
  csrSquares(...at: [...SparseRows, t: number, q: number]): void;
  csrProduct(...at: [...SparseRows, v: number, d: number, t: number, q: number]): void;
  csrLook(
    z: number,
    d: number,
    marks: number,
    weights: number,
    rows: number,
    lanes: number,
    steps: number,
    residuals: number,
    curvatures: number,
    sums: number,
  ): void;
  csrAdd(x: number, factors: number, y: number, count: number, lanes: number): void;
  csrPenalize(w: number, penalty: number, q: number, count: number, lanes: number, sums: number): void;
  csrBegin(
    g: number,
    m: number,
    r: number,
    s: number,
    p: number,
    count: number,
    lanes: number,
    sums: number,
  ): void;
  csrCurve(p: number, penalty: number, q: number, count: number, lanes: number, sums: number): void;
  csrAdvance(
    p: number,
    q: number,
    m: number,
    steps: number,
    s: number,
    r: number,
    count: number,
    lanes: number,
    sums: number,
  ): void;
  csrTurn(m: number, r: number, factors: number, p: number, count: number, lanes: number): void;
  csrLogits(
    starts: number,
    indices: number,
    values: number,
    rows: number,
    outputs: number,
    weights: number,
    bias: number,
    logits: number,
  ): void;
}

export function compileModule(bytes: Uint8Array): object {
  return new WebAssembly.Module(bytes);
}

export function createMemory(bytes: number): WasmMemory {
  return new WebAssembly.Memory({
    initial: Math.ceil(bytes / pageBytes),
    maximum: maximumPages,
    shared: true,
  });
}

/** Makes it at least so large. */
export function growMemory(memory: WasmMemory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
}

/** A memory of one thread, for the binary `activations`. */
export function createOwnMemory(bytes: number): WasmMemory<ArrayBuffer> {
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes), maximum: maximumPages });
}

export function instantiate(module: object, memory: WasmMemory | WasmMemory<ArrayBuffer>): KernelExports {
  const imports = { env: { memory, abort: () => undefined } };
  return new WebAssembly.Instance(module, imports).exports;
}

/** The bytes of a base64 text, without the platform's decoder. */
export function decodeBase64(text: string): Uint8Array {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const value = new Uint8Array(128);
  for (let i = 0; i < 64; i++) value[alphabet.charCodeAt(i)] = i;
  const padding = text.endsWith("==") ? 2 : Number(text.endsWith("="));
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let i = 0, at = 0; i < text.length; i += 4) {
    const bits =
      (value[text.charCodeAt(i)] << 18) |
      (value[text.charCodeAt(i + 1)] << 12) |
      (value[text.charCodeAt(i + 2)] << 6) |
      value[text.charCodeAt(i + 3)];
    bytes[at++] = bits >> 16;
    bytes[at++] = bits >> 8; // a write beyond the end, where there is padding, is ignored
    bytes[at++] = bits;
  }
  return bytes;
}
