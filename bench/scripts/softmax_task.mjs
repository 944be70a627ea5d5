/** The softmax task that every contestant gets: shapes, logits, the clock and the judge. */
export const shapes = [
  { rows: 4096, columns: 1000 },
  { rows: 128, columns: 128_256 },
];

/** rows × columns logits, uniform in ±10, the same for everyone: a linear congruential generator modulo 2³². */
function makeLogits({ rows, columns }) {
  const logits = new Float32Array(rows * columns);
  let state = 7;
  for (let i = 0; i < logits.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    logits[i] = (state / 2 ** 32) * 20 - 10;
  }
  return logits;
}

/** The largest |p − q| / q over all entries, q being the softmax in float64 of the same float32 logits. */
function largestRelativeError(logits, { columns }, probabilities) {
  let largest = 0;
  for (let start = 0; start < logits.length; start += columns) {
    const row = logits.subarray(start, start + columns);
    const max = row.reduce((a, b) => Math.max(a, b));
    let sum = 0;
    for (const z of row) sum += Math.exp(z - max);
    for (let j = 0; j < columns; j++) {
      const q = Math.exp(row[j] - max) / sum;
      const error = Math.abs(probabilities[start + j] - q) / q;
      if (!(error <= largest)) largest = error; // so that a NaN is not passed over
    }
  }
  return largest;
}

/** Median milliseconds of `run`, which may be asynchronous, after some runs that warm up the engine and the caches; `before` each is not timed. */
async function medianMilliseconds(run, before, { warmUp = 5, repeats = 25 } = {}) {
  const times = [];
  for (let i = -warmUp; i < repeats; i++) {
    before?.();
    const begun = performance.now();
    await run();
    if (i >= 0) times.push(performance.now() - begun);
  }
  return times.toSorted((a, b) => a - b)[repeats >> 1];
}

/** Every shape through `prepare`, which returns the function to time and one that gives the last probabilities. */
export async function measureSoftmax(prepare) {
  const results = [];
  for (const shape of shapes) {
    const logits = makeLogits(shape);
    const { run, before, probabilities } = await prepare(shape, logits);
    const milliseconds = await medianMilliseconds(run, before);
    results.push({
      ...shape,
      milliseconds,
      relativeError: largestRelativeError(logits, shape, probabilities()),
    });
  }
  process.stdout.write(`${JSON.stringify({ results })}\n`);
}
