// From pictures with an alpha channel to pixels that know whether they are foreground.

/** What is told of each pixel, in order. */
export const columns = [
  "red",
  "green",
  "blue",
  "saturation",
  "mean5", // luminance, 5 × 5 pixels around
  "contrast3", // its standard deviation, 3 × 3 around
  "contrast7",
  "from_border", // distance of the color, meaned over 3 × 3, from the mean color of the picture's border
  "from_border_color", // distance from the nearest color of any border pixel
  "x", // −1 at the left, 1 at the right
  "y",
  "from_center",
];

/** From this alpha on a pixel is foreground: fainter ones, as of shadows, hardly hide what is behind. */
const opaque = 128;

/**
 * A picture laid on a background of its own: two colors in smooth clouds, with grain.
 * What is foreground is known exactly, since it was laid there.
 */
export function compose({ width, height, values }, seed) {
  const random = generator(seed);
  const background = clouds(width, height, random);
  const colors = new Uint8Array(3 * width * height);
  const foreground = new Uint8Array(width * height);
  for (let i = 0; i < width * height; i++) {
    const alpha = values[4 * i + 3] / 255;
    foreground[i] = values[4 * i + 3] >= opaque ? 1 : 0;
    for (let k = 0; k < 3; k++)
      colors[3 * i + k] = Math.round(alpha * values[4 * i + k] + (1 - alpha) * background[3 * i + k]);
  }
  return { width, height, colors, foreground };
}

/** A row of numbers for each pixel. */
export function featuresOf({ width, height, colors }) {
  const color = (x, y) => {
    const i = clamp(y, height) * width + clamp(x, width);
    return [colors[3 * i] / 255, colors[3 * i + 1] / 255, colors[3 * i + 2] / 255];
  };
  const luminance = (x, y) => {
    const [red, green, blue] = color(x, y);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const border = [];
  for (let x = 0; x < width; x++) border.push(color(x, 0), color(x, height - 1));
  for (let y = 1; y < height - 1; y++) border.push(color(0, y), color(width - 1, y));
  const usual = meanColor(border);
  const rows = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const own = color(x, y);
      const near = meanColor(around(x, y, 1, color));
      const across = (2 * x) / (width - 1) - 1;
      const down = (2 * y) / (height - 1) - 1;
      rows.push([
        ...own,
        Math.max(...own) - Math.min(...own),
        mean(around(x, y, 2, luminance)),
        deviation(around(x, y, 1, luminance)),
        deviation(around(x, y, 3, luminance)),
        distance(near, usual),
        Math.min(...border.map((each) => distance(own, each))),
        across,
        down,
        Math.hypot(across, down),
      ]);
    }
  return rows;
}

/** Values of a function at the pixels that are at most `reach` away in either direction. */
function around(x, y, reach, value) {
  const found = [];
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++) found.push(value(x + dx, y + dy));
  return found;
}

function clouds(width, height, random) {
  const [one, other] = [0, 1].map(() => [0, 1, 2].map(() => 40 + 190 * random()));
  const size = 5; // knots of the clouds
  const knots = Array.from({ length: size * size }, random);
  const knot = (i, j) => knots[Math.min(i, size - 1) * size + Math.min(j, size - 1)];
  const output = new Float64Array(3 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [v, u] = [(y / (height - 1)) * (size - 1), (x / (width - 1)) * (size - 1)];
      const [i, j] = [Math.floor(v), Math.floor(u)];
      const [s, t] = [v - i, u - j];
      const top = knot(i, j) * (1 - t) + knot(i, j + 1) * t;
      const bottom = knot(i + 1, j) * (1 - t) + knot(i + 1, j + 1) * t;
      const share = top * (1 - s) + bottom * s;
      const grain = 24 * (random() - 0.5);
      for (let k = 0; k < 3; k++)
        output[3 * (y * width + x) + k] = Math.min(
          255,
          Math.max(0, one[k] * share + other[k] * (1 - share) + grain),
        );
    }
  return output;
}

function generator(seed) {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function clamp(value, size) {
  return Math.min(size - 1, Math.max(0, value));
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values) {
  const center = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - center) ** 2)));
}

function meanColor(colors) {
  return [0, 1, 2].map((k) => mean(colors.map((each) => each[k])));
}

function distance(a, b) {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
