// Foreground or background, by one output and by two: node examples/foreground/run.mjs [folder]
// Takes pictures from Debian's package tango-icon-theme, and leaves everything in the folder [build/foreground].
import { readModel, tableOfColumns } from "@sigmax/core";
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import { columns, compose, featuresOf } from "./pixels.mjs";
import { decodePng, encodePng } from "./png.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const command = join(here, "../../packages/sigmax/bin/sigmax.js");
const folder = process.argv[2] ?? join(here, "../../build/foreground");
const learnedFrom = 24; // pictures; those after them are only looked at
const shown = 8;
const classes = ["background", "foreground"];

mkdirSync(folder, { recursive: true });
const pictures = readPictures(findIcons()).map(({ name, picture }, i) => ({
  name,
  ...compose(picture, i + 1),
}));
const learned = pictures.slice(0, learnedFrom);
const unseen = pictures.slice(learnedFrom, learnedFrom + shown);
writeFileSync(join(folder, "pixels.csv"), csvOf(learned));

const rows = "pixels.csv --target class --classes background,foreground --group picture";
run(`compare ${rows} --heads sigmoid,softmax --folds 4 --repeats 1 --report compare.html`);
const train = `train ${rows} --split none --report none --quiet`;
run(`${train} --head sigmoid --out sigmoid.sigmax`);
run(`${train} --head softmax --out softmax.sigmax`);
run(`${train} --head softmax --l2 2 --out matched.sigmax`);
look();

/** What each model says of pictures that it has not seen, as figures and as one picture. */
function look() {
  const models = ["sigmoid", "softmax", "matched"].map((name) =>
    readModel(readFileSync(join(folder, `${name}.sigmax`))),
  );
  const maps = unseen.map((picture) => models.map((model) => foregroundOf(model, picture)));
  console.log(`\nOn ${shown} pictures that no model has seen:`);
  console.log(`  ${"picture".padEnd(40)} right by sigmoid  by softmax  largest |Δp|  with twice the penalty`);
  let most = [0, 0];
  unseen.forEach(({ name, foreground }, i) => {
    const [sigmoid, softmax, matched] = maps[i];
    const right = [sigmoid, softmax].map(
      (map) => map.filter((p, pixel) => p > 0.5 === (foreground[pixel] === 1)).length / map.length,
    );
    const gaps = [softmax, matched].map((map) =>
      Math.max(...map.map((p, pixel) => Math.abs(p - sigmoid[pixel]))),
    );
    most = most.map((gap, k) => Math.max(gap, gaps[k]));
    console.log(
      `  ${name.padEnd(40)} ${percent(right[0]).padStart(16)} ${percent(right[1]).padStart(11)} ${gaps[0].toExponential(1).padStart(13)} ${gaps[1].toExponential(1).padStart(23)}`,
    );
  });
  console.log(
    `The same penalty on two outputs moves a pixel's probability by up to ${most[0].toExponential(1)}; twice the penalty, by ${most[1].toExponential(1)}.`,
  );
  writeFileSync(join(folder, "probabilities.png"), drawn(maps));
  console.log(
    "Picture  probabilities.png: what the model sees, the truth, p by the sigmoid, p by the softmax, their difference",
  );
}

/** p(foreground) of each pixel. */
function foregroundOf(model, picture) {
  const features = featuresOf(picture);
  const table = tableOfColumns(
    Object.fromEntries(columns.map((name, j) => [name, features.map((row) => rounded(row[j]))])),
  );
  const { values } = model.predict(table);
  return Array.from({ length: features.length }, (_, pixel) => values[2 * pixel + 1]);
}

/** A line for each picture; every pixel four times as large. The difference is shown in the scale of the largest. */
function drawn(maps) {
  const [{ width, height }] = unseen;
  const scale = 4;
  const gap = 2;
  const panels = 5;
  const fullWidth = scale * (panels * (width + gap) - gap);
  const fullHeight = scale * (shown * (height + gap) - gap);
  const largest = Math.max(
    ...maps.flatMap(([sigmoid, softmax]) => sigmoid.map((p, i) => Math.abs(p - softmax[i]))),
  );
  const output = new Uint8Array(3 * fullWidth * fullHeight).fill(255);
  unseen.forEach(({ colors, foreground }, line) => {
    const [sigmoid, softmax] = maps[line];
    const gray = (value) => [value, value, value].map((each) => Math.round(255 * each));
    const colorOf = [
      (i) => colors.subarray(3 * i, 3 * i + 3),
      (i) => gray(foreground[i]),
      (i) => gray(sigmoid[i]),
      (i) => gray(softmax[i]),
      (i) => gray(Math.abs(sigmoid[i] - softmax[i]) / largest),
    ];
    for (let panel = 0; panel < panels; panel++)
      for (let y = 0; y < scale * height; y++)
        for (let x = 0; x < scale * width; x++) {
          const i = Math.floor(y / scale) * width + Math.floor(x / scale);
          const top = scale * line * (height + gap) + y;
          const left = scale * panel * (width + gap) + x;
          output.set(colorOf[panel](i), 3 * (top * fullWidth + left));
        }
  });
  return encodePng(output, fullWidth, fullHeight);
}

function csvOf(all) {
  const lines = all.flatMap((picture) =>
    featuresOf(picture).map((row, pixel) =>
      [picture.name, ...row.map(rounded), classes[picture.foreground[pixel]]].join(","),
    ),
  );
  return [["picture", ...columns, "class"].join(","), ...lines, ""].join("\n");
}

/** Four decimals tell pixels apart, and files stay small. */
function rounded(value) {
  return Number(value.toFixed(4));
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}

/** Pictures of 32 × 32 pixels with some foreground and some background, in an order that mixes their kinds. */
function readPictures(place) {
  const found = readdirSync(place, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".png") && !lstatSync(join(place, name)).isSymbolicLink())
    .toSorted()
    .map((name) => ({
      name: name.replace(/^.*\/|\.png$/g, ""),
      picture: decodePng(readFileSync(join(place, name))),
    }))
    .filter(({ picture }) => picture !== null && picture.width === 32 && picture.height === 32)
    .filter(({ picture: { values } }) => {
      const opaque = values.filter((alpha, i) => i % 4 === 3 && alpha >= 128).length;
      return opaque > 100 && opaque < 900;
    });
  const order = found.filter(({ name }, i) => found.findIndex((other) => other.name === name) === i);
  return order.toSorted((a, b) => crc32(a.name) - crc32(b.name));
}

/** The pictures where the package puts them, or taken out of the package, which need not be installed. */
function findIcons() {
  const path = "usr/share/icons/Tango/32x32";
  const places = [join("/", path), join(folder, "tango", path)];
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  const download = () => spawnSync("apt-get", ["download", "tango-icon-theme"], { cwd: folder }).status === 0;
  const isFetched = download() || (spawnSync("apt-get", ["update"]).status === 0 && download()); // a new machine has no lists yet
  const archive = isFetched && readdirSync(folder).find((name) => /^tango-icon-theme_.*\.deb$/.test(name));
  if (archive) spawnSync("dpkg-deb", ["-x", archive, "tango"], { cwd: folder });
  if (!existsSync(places[1])) {
    console.error(
      `The pictures come from Debian's package tango-icon-theme, and it cannot be had here. On Debian or Ubuntu: sudo apt-get update, then try again; elsewhere put its folder 32x32 at ${places[1]}.`,
    );
    process.exit(3);
  }
  return places[1];
}

/** Shows a command, and runs it. */
function run(line) {
  console.log(`\n$ sigmax ${line}`);
  const { status } = spawnSync(process.execPath, [command, ...line.split(" ")], {
    cwd: folder,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}
