import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/**
 * What one process did, seen from outside. A figure that this system does not give is null.
 * @typedef {object} Outcome
 * @property {number} wallSeconds from start to exit
 * @property {number | null} cpuSeconds user and system time, all threads
 * @property {number | null} peakBytes largest resident set
 * @property {number | null} otherCores cores that other work on the machine kept busy meanwhile
 * @property {any} output the JSON object it printed
 */

const timeLimitSeconds = 600;
const pollMilliseconds = 5;

/**
 * Runs a command that prints one JSON object. Throws, with what it said, if it fails.
 *
 * Peak memory comes from GNU time: a process that Node starts itself begins as a copy of Node, whose size would
 * count. Without GNU time, the kernel's own high-water mark is read while the process runs.
 *
 * @param {{ command: string[], env?: Record<string, string | undefined>, limitSeconds?: number }} job
 * @returns {Promise<Outcome>}
 */
export async function measure({ command, env = process.env, limitSeconds = timeLimitSeconds }) {
  const folder = mkdtempSync(path.join(tmpdir(), "sigmax-bench-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove); // after Ctrl-C
  try {
    const usageFile = path.join(folder, "usage");
    const timed = hasGnuTime();
    const prefix = timed ? ["/usr/bin/time", "--format", "%M %U %S", "--output", usageFile] : [];
    const busyBefore = busySeconds();
    const run = await runToEnd([...prefix, ...command], env, !timed, limitSeconds);
    const busy = busyBefore === null ? null : busySeconds() - busyBefore;
    const usage = timed ? readUsage(usageFile) : { peakBytes: run.peakBytes, cpuSeconds: null };
    const otherCores =
      busy === null || usage.cpuSeconds === null
        ? null
        : Math.max(0, (busy - usage.cpuSeconds) / run.wallSeconds);
    return { wallSeconds: run.wallSeconds, ...usage, otherCores, output: JSON.parse(run.stdout) };
  } finally {
    remove();
    process.removeListener("exit", remove);
  }
}

function runToEnd([file, ...args], env, polls, limitSeconds) {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    // A group of its own, so that a process and what it started can be ended together.
    const child = spawn(file, args, { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    const end = () => {
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // it has ended by itself
      }
    };
    process.once("exit", end);
    const limit = setTimeout(end, 1000 * limitSeconds);
    let peakBytes = null;
    const poll = polls
      ? setInterval(() => (peakBytes = highWaterMark(child.pid) ?? peakBytes), pollMilliseconds)
      : undefined;
    let wallSeconds = NaN;
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
    child.on("error", reject);
    child.on("exit", () => (wallSeconds = (performance.now() - begun) / 1000));
    child.on("close", (code, signal) => {
      clearTimeout(limit);
      clearInterval(poll);
      process.removeListener("exit", end);
      if (code === 0) resolve({ wallSeconds, stdout, peakBytes });
      else reject(new Error(`it ended with ${signal ?? `exit code ${code}`}: ${complaint(stderr)}`));
    });
  });
}

/** The line that tells what went wrong: Node's and Python's traces put it at different ends. */
function complaint(text) {
  const lines = text.trim().split("\n");
  return (
    (lines.findLast((line) => /^\S*Error\b/.test(line)) ?? lines.at(-1))?.slice(0, 300) || "it said nothing"
  );
}

/** GNU time's last line (it may say above it that the command failed): kilobytes, user seconds, system seconds. */
function readUsage(file) {
  const [kilobytes, user, system] = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .at(-1)
    .split(" ")
    .map(Number);
  return { peakBytes: kilobytes * 1024, cpuSeconds: user + system };
}

function highWaterMark(pid) {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null; // it has ended, or there is no /proc here
  }
}

/** Seconds that all cores together have been busy since the machine started, or null where that is not told. */
function busySeconds() {
  try {
    const ticksPerSecond = 100;
    const [user, nice, system, , , ...interrupts] = readFileSync("/proc/stat", "utf8")
      .split("\n")[0]
      .split(/\s+/)
      .slice(1, 9)
      .map(Number);
    return [user, nice, system, ...interrupts].reduce((a, b) => a + b) / ticksPerSecond;
  } catch {
    return null;
  }
}

let gnuTime;
function hasGnuTime() {
  gnuTime ??= spawnSync("/usr/bin/time", ["--format", "%M", "true"], { encoding: "utf8" });
  return gnuTime.status === 0 && /^\d+$/.test(gnuTime.stderr.trim());
}
