/**
 * The peers that the benches measure beside us: `node bench/setup.mjs` installs those from npm into bench/peers and
 * says how to install Debian's. `npm ci` never does.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findOpenBlas, findPython } from "./harness/python.mjs";

const folder = fileURLToPath(new URL("peers/", import.meta.url));
const npmPeers = {
  "@jax-js/jax": "0.1.25",
  "@tensorflow/tfjs": "4.22.0",
  "@tensorflow/tfjs-backend-wasm": "4.22.0",
  "onnxruntime-web": "1.30.0",
};

/** What Debian calls each thing that the benches look for. */
const debianPeers = {
  "python3-torch": () => findPython("torch") !== null,
  "python3-sklearn": () => findPython("sklearn") !== null,
  "libopenblas0-pthread": () => "pthread" in findOpenBlas(),
  "libopenblas0-openmp": () => "openmp" in findOpenBlas(),
  "dataset-fashion-mnist": () => process.env.FASHION_MNIST || existsSync("/usr/share/datasets/fashion-mnist"),
  "liblinear-tools": () => spawnSync("liblinear-train").error === undefined,
  time: () => existsSync("/usr/bin/time"),
};

/** The installed version of an npm peer, or null. */
export function npmPeerVersion(name) {
  const file = new URL(`peers/node_modules/${name}/package.json`, import.meta.url);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).version : null;
}

/** Installs the npm peers that are not there in exactly the version asked for. Throws if npm fails. */
export function installNpmPeers() {
  const wanted = Object.entries(npmPeers).filter(([name, version]) => npmPeerVersion(name) !== version);
  if (wanted.length === 0) return;
  const specifiers = Object.entries(npmPeers).map(([name, version]) => `${name}@${version}`);
  process.stderr.write(`installing ${specifiers.join(", ")} into bench/peers (450 MB on disk)\n`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}package.json`, '{ "private": true }\n');
  // No install scripts: a peer is measured as its package ships, and fetches nothing else.
  const flags = ["--prefix", folder, "--save-exact", "--ignore-scripts", "--no-audit", "--no-fund"];
  const { status } = spawnSync("npm", ["install", ...flags, ...specifiers], { stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`npm install in bench/peers ended with exit code ${status}`);
}

/** One sentence on what Debian has and this machine lacks, or null. */
export function debianAdvice() {
  const missing = Object.keys(debianPeers).filter((name) => !debianPeers[name]());
  if (missing.length === 0) return null;
  return `not found here: ${missing.join(", ")}; on Debian: apt-get install --no-install-recommends ${missing.join(" ")}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  installNpmPeers();
  process.stderr.write(`${debianAdvice() ?? "everything that the benches compare with is here"}\n`);
}
