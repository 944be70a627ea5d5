/**
 * The loops that a JavaScript programmer would write, with Math's functions: float32 in and out, one loop for each
 * function, so that the engine compiles each for itself. Prints one JSON object.
 */
import { measureActivations, parameter as a } from "./activations_task.mjs";

/** Φ by Numerical Recipes' erfc (§6.2), relative error below 1.2e-7: JavaScript has none. */
function phi(x) {
  const z = Math.abs(x) * Math.SQRT1_2;
  const t = 1 / (1 + 0.5 * z);
  const series =
    -1.26551223 +
    t *
      (1.00002368 +
        t *
          (0.37409196 +
            t *
              (0.09678418 +
                t *
                  (-0.18628806 +
                    t *
                      (0.27886807 +
                        t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  const tail = 0.5 * t * Math.exp(-z * z + series);
  return x > 0 ? 1 - tail : tail;
}
const density = (x) => 0.3989422804014327 * Math.exp(-0.5 * x * x);
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

const loops = {
  sigmoid: {
    value(x, y) {
      for (let i = 0; i < x.length; i++) y[i] = 1 / (1 + Math.exp(-x[i]));
    },
    gradient(x, dy, dx) {
      for (let i = 0; i < x.length; i++) {
        const s = 1 / (1 + Math.exp(-x[i]));
        dx[i] = dy[i] * s * (1 - s);
      }
    },
  },
  tanh: {
    value(x, y) {
      for (let i = 0; i < x.length; i++) y[i] = Math.tanh(x[i]);
    },
    gradient(x, dy, dx) {
      for (let i = 0; i < x.length; i++) {
        const t = Math.tanh(x[i]);
        dx[i] = dy[i] * (1 - t * t);
      }
    },
  },
  relu: {
    value(x, y) {
      for (let i = 0; i < x.length; i++) y[i] = Math.max(x[i], 0);
    },
    gradient(x, dy, dx) {
      for (let i = 0; i < x.length; i++) dx[i] = x[i] > 0 ? dy[i] : 0;
    },
  },
  "leaky-relu": {
    value(x, y) {
      for (let i = 0; i < x.length; i++) y[i] = Math.max(x[i], a * x[i]);
    },
    gradient(x, dy, dx) {
      for (let i = 0; i < x.length; i++) dx[i] = x[i] > 0 ? dy[i] : a * dy[i];
    },
  },
  prelu: {
    value(x, y) {
      for (let i = 0; i < x.length; i++) y[i] = Math.max(x[i], 0) + a * Math.min(x[i], 0);
    },
    gradient(x, dy, dx) {
      for (let i = 0; i < x.length; i++) dx[i] = x[i] > 0 ? dy[i] : a * dy[i];
    },
  },
  elu: {
    value(x, y) {
      for (let i = 0; i < x.length; i++) y[i] = x[i] > 0 ? x[i] : a * Math.expm1(x[i]);
    },
    gradient(x, dy, dx) {
      for (let i = 0; i < x.length; i++) dx[i] = x[i] > 0 ? dy[i] : dy[i] * a * Math.exp(x[i]);
    },
  },
  softplus: {
    value(x, y) {
      for (let i = 0; i < x.length; i++) y[i] = Math.max(x[i], 0) + Math.log1p(Math.exp(-Math.abs(x[i])));
    },
    gradient(x, dy, dx) {
      for (let i = 0; i < x.length; i++) dx[i] = dy[i] / (1 + Math.exp(-x[i]));
    },
  },
  swish: {
    value(x, y) {
      for (let i = 0; i < x.length; i++) y[i] = x[i] / (1 + Math.exp(-a * x[i]));
    },
    gradient(x, dy, dx) {
      for (let i = 0; i < x.length; i++) {
        const s = sigmoid(a * x[i]);
        dx[i] = dy[i] * (s + a * x[i] * s * (1 - s));
      }
    },
  },
  gelu: {
    value(x, y) {
      for (let i = 0; i < x.length; i++) y[i] = x[i] * phi(x[i]);
    },
    gradient(x, dy, dx) {
      for (let i = 0; i < x.length; i++) dx[i] = dy[i] * (phi(x[i]) + x[i] * density(x[i]));
    },
  },
};

measureActivations((name, input, outputGradient) => {
  const output = new Float32Array(input.length);
  const inputGradient = new Float32Array(input.length);
  const { value, gradient } = loops[name];
  return {
    value: () => value(input, output),
    gradient: () => gradient(input, outputGradient, inputGradient),
    values: () => output,
    gradients: () => inputGradient,
  };
});
