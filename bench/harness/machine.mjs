import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { arch, cpus, release, totalmem, type } from "node:os";

/** The machine, as far as it matters to a time. */
export function describeMachine() {
  const info = readText("/proc/cpuinfo");
  const field = (name) => new RegExp(`^${name}\\s*: (.*)$`, "m").exec(info)?.[1] ?? null;
  const flags = new Set((field("flags") ?? field("Features") ?? "").split(" "));
  return {
    processor: cpus()[0]?.model.trim() || arch(),
    family: field("cpu family"),
    model: field("model"),
    vectors: ["avx512f", "avx2", "avx", "sse4_2", "asimd"].find((flag) => flags.has(flag)) ?? null,
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()} ${arch()}`,
  };
}

/** A short name for the results file: amd-epyc-25-1. */
export function machineSlug({ processor, family, model }) {
  const words = processor
    .replace(/\((R|TM)\)|\bCPU\b|\bProcessor\b|@.*$/gi, " ")
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  return [...(words ?? ["unknown"]), family, model].filter((part) => part !== null).join("-");
}

/** Debian's version of a package (torch says 1.13.0a0 of itself, Debian 1.13.1+dfsg), or null. */
export function debianVersion(name) {
  const query = spawnSync("/usr/bin/dpkg-query", ["--show", "--showformat=${Version}", name], {
    encoding: "utf8",
  });
  return query.status === 0 && query.stdout ? query.stdout : null;
}

function readText(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
