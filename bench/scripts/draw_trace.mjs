/** The picture of (f − f*) / f* against time on Fashion-MNIST, ours and scikit-learn's: bench/results/exact.svg. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { mkdirSync, writeFileSync } from "node:fs";
import { fashionOptimum } from "./exact_task.mjs";

/** Below it float32 margins tell no more of f. */
const floor = 1e-8;

/**
 * @typedef {{ seconds: number, objective: number }} Point
 * @param {Point[]} ours
 * @param {Point[]} theirs
 */
export function drawTrace(ours, theirs) {
  const points = (solver, trace) => {
    let best = Infinity;
    return trace.map(({ seconds, objective }) => {
      best = Math.min(best, objective);
      return { solver, seconds, gap: Math.max(floor, best / fashionOptimum - 1) };
    });
  };
  const data = [...points("Sigmax, all cores", ours), ...points("scikit-learn L-BFGS, 1 thread", theirs)];
  const { document } = parseHTML("<html><body></body></html>");
  const svg = Plot.plot({
    document,
    width: 720,
    height: 420,
    marginLeft: 60,
    style: { background: "white" },
    x: { type: "log", label: "seconds, data in memory", grid: true },
    y: {
      type: "log",
      label: "(f − f*) / f*, lowest so far",
      grid: true,
      tickFormat: ".0e",
      domain: [floor, 10],
    },
    color: { domain: ["Sigmax, all cores", "scikit-learn L-BFGS, 1 thread"], range: ["#0b6e4f", "#c2571a"] },
    marks: [
      Plot.ruleY([1e-6], { strokeDasharray: "4 3" }),
      Plot.line(data, { x: "seconds", y: "gap", stroke: "solver", strokeWidth: 2, curve: "step-after" }),
      Plot.text(
        data,
        Plot.selectLast({
          x: "seconds",
          y: "gap",
          z: "solver",
          text: "solver",
          fill: "solver",
          textAnchor: "end",
          dy: -9,
        }),
      ),
    ],
  });
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const folder = new URL("../results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL("exact.svg", folder), `${svg.outerHTML}\n`);
}
