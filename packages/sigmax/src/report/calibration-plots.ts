import { areaY, dot, line, rect, type PlotOptions } from "@observablehq/plot";
import type { Diagram, DiagramPair } from "./decision-data.ts";

const everything: [number, number] = [0, 100];

const diagonal = line(
  [
    [0, 0],
    [100, 100],
  ],
  { stroke: "currentColor", strokeDasharray: "4 4", strokeOpacity: 0.7 },
);

function frame(pair: DiagramPair, height: number): PlotOptions {
  const isTop = pair.class === null;
  return {
    height,
    marginLeft: 40,
    marginRight: 12,
    marginBottom: 38,
    x: {
      label: isTop ? "confidence stated (%)" : "probability stated (%)",
      labelOffset: 36,
      domain: everything,
      ticks: 5,
    },
    y: { label: isTop ? "right answers (%)" : "true (%)", domain: everything, ticks: 5, grid: true },
  };
}

/** Marks of bins with the boxes of those after calibration; those before it are open. */
export function binnedDiagram(pair: DiagramPair, height: number): PlotOptions {
  const channels = {
    x: (bin: Diagram["bins"][number]) => bin.forecast * 100,
    y: (bin: Diagram["bins"][number]) => bin.frequency * 100,
  };
  return {
    ...frame(pair, height),
    marks: [
      rect(pair.after.bins, {
        x1: (bin: Diagram["bins"][number]) => bin.low * 100,
        x2: (bin: Diagram["bins"][number]) => bin.high * 100,
        y1: (bin: Diagram["bins"][number]) => bin.band[0] * 100,
        y2: (bin: Diagram["bins"][number]) => bin.band[1] * 100,
        fill: "var(--band)",
        inset: 0.5,
      }),
      diagonal,
      dot(pair.before?.bins ?? [], { ...channels, r: 3.5, stroke: "var(--train)", strokeWidth: 1.5 }),
      dot(pair.after.bins, {
        ...channels,
        r: 4,
        fill: "var(--right)",
        stroke: "var(--paper)",
        strokeWidth: 1,
      }),
    ],
  };
}

/** The rising curve over its band, and the one before calibration. */
export function corpPicture(pair: DiagramPair, height: number, width: number = 360): PlotOptions {
  return {
    ...frame(pair, height),
    width,
    marks: [
      areaY(pair.after.corp.band, {
        x: (at: { probability: number }) => at.probability * 100,
        y1: (at: { low: number }) => at.low * 100,
        y2: (at: { high: number }) => at.high * 100,
        fill: "var(--band)",
      }),
      diagonal,
      line(pair.before ? cornersOf(pair.before) : [], {
        stroke: "var(--train)",
        strokeDasharray: "5 3",
        strokeWidth: 1.5,
      }),
      line(cornersOf(pair.after), { stroke: "var(--right)", strokeWidth: 2 }),
    ],
  };
}

/** Both ends of each level stretch; where one is a single probability, the point stands alone. */
function cornersOf({ corp }: Diagram): [number, number][] {
  return corp.segments.flatMap(({ low, high, frequency }): [number, number][] =>
    low === high
      ? [[low * 100, frequency * 100]]
      : [
          [low * 100, frequency * 100],
          [high * 100, frequency * 100],
        ],
  );
}
