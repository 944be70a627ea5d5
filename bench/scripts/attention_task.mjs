/** The attention task that every contestant gets: shape, tensors, the clock and the judge. */
export const shape = { batch: 8, heads: 8, length: 512, width: 64 };

/** Floating-point operations of the two products of a forward pass. */
export const operations = 4 * shape.batch * shape.heads * shape.length ** 2 * shape.width;

/** Query, key and value: uniform in ±2, the same for everyone, from a linear congruential generator modulo 2³². */
export function makeTensors({ batch, heads, length, width }) {
  let state = 7;
  const tensor = () => {
    const values = new Float32Array(batch * heads * length * width);
    for (let i = 0; i < values.length; i++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      values[i] = (state / 2 ** 32) * 4 - 2;
    }
    return values;
  };
  return { query: tensor(), key: tensor(), value: tensor() };
}

/** The largest difference of some rows from float64, over the largest value. */
export function largestError({ query, key, value }, output) {
  const { length, width, batch, heads } = shape;
  let largest = 0;
  let size = 0;
  for (let row = 0; row < batch * heads * length; row += 997) {
    const first = Math.floor(row / length) * length * width;
    const scores = Float64Array.from({ length }, (_, j) => {
      let sum = 0;
      for (let c = 0; c < width; c++) sum += query[row * width + c] * key[first + j * width + c];
      return sum / Math.sqrt(width);
    });
    const max = scores.reduce((a, b) => Math.max(a, b));
    const weights = scores.map((z) => Math.exp(z - max));
    const total = weights.reduce((a, b) => a + b);
    for (let c = 0; c < width; c++) {
      let mean = 0;
      for (let j = 0; j < length; j++) mean += (weights[j] / total) * value[first + j * width + c];
      const error = Math.abs(output[row * width + c] - mean);
      if (!(error <= largest)) largest = error; // so that a NaN is not passed over
      size = Math.max(size, Math.abs(mean));
    }
  }
  return largest / size;
}

/** Median milliseconds of `run`, which may be asynchronous, after some runs that warm up the engine and the caches. */
export async function medianMilliseconds(run, { warmUp = 3, repeats = 11 } = {}) {
  const times = [];
  for (let i = -warmUp; i < repeats; i++) {
    const begun = performance.now();
    await run();
    if (i >= 0) times.push(performance.now() - begun);
  }
  return times.toSorted((a, b) => a - b)[repeats >> 1];
}
