/** The activation task that both sides get: a million numbers, a gradient, the clock and the judge. */
export const count = 1_000_000;

/** As `sigmax functions` names them. */
export const names = ["sigmoid", "tanh", "relu", "leaky-relu", "prelu", "elu", "softplus", "swish", "gelu"];

/** What is taken for the parameter where there is one. */
export const parameter = 0.25;

/** Numbers of a normal distribution, three wide, the same for everyone: sums of twelve of a congruential generator. */
export function makeNumbers(seed) {
  const numbers = new Float32Array(count);
  let state = seed;
  for (let i = 0; i < count; i++) {
    let sum = -6;
    for (let k = 0; k < 12; k++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      sum += state / 2 ** 32;
    }
    numbers[i] = 3 * sum;
  }
  return numbers;
}

/** Median milliseconds of `run`, after some runs that warm up the engine and the caches. */
function medianMilliseconds(run, { warmUp = 5, repeats = 25 } = {}) {
  const times = [];
  for (let i = -warmUp; i < repeats; i++) {
    const begun = performance.now();
    run();
    if (i >= 0) times.push(performance.now() - begun);
  }
  return times.toSorted((a, b) => a - b)[repeats >> 1];
}

/** Every function by `prepare`, which returns value and gradient to time and what they leave. Prints one JSON object. */
export function measureActivations(prepare) {
  const input = makeNumbers(7);
  const outputGradient = makeNumbers(8);
  const results = names.map((name) => {
    const { value, gradient, values, gradients } = prepare(name, input, outputGradient);
    const milliseconds = { value: medianMilliseconds(value), gradient: medianMilliseconds(gradient) };
    // Both sides must have computed the same: sums of all they made.
    const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);
    return { name, milliseconds, sums: [sum(values()), sum(gradients())] };
  });
  process.stdout.write(`${JSON.stringify({ results })}\n`);
}
