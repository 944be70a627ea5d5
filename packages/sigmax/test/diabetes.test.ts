import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { inFolder, run, sigmaxJson } from "./run.ts";

const example = fileURLToPath(new URL("../../../examples/diabetes/run.mjs", import.meta.url));

interface Part {
  readonly rows: number;
  readonly columns: readonly { name: string; missing: number }[];
}
interface Explained {
  readonly classes: readonly { class: string; probability: number; interval: [number, number] }[];
  readonly logit: number;
  readonly baseline: { logOdds: number };
  readonly contributions: readonly { column: string; value: number | null; logOdds: number }[];
}

const minutes = 60_000;

test(
  "the diabetes example runs: gaps are gaps, what is not known of a woman widens her interval, and a network is not better",
  ({ skip }) =>
    inFolder(async (folder) => {
      const { code, stdout, stderr } = await run(process.execPath, [example, folder], {
        folder,
        timeout: 3 * minutes,
      });
      skip(code === 3, stderr.trim()); // where Debian's package cannot be had
      expect(code).toBe(0);
      expect(stdout).toContain("$ sigmax predict diabetes.sigmax women.csv --explain 1");

      const [{ rows, columns }] = (
        await sigmaxJson<{ parts: Part[] }>(["inspect", "diabetes.csv", "--target", "diabetes"], { folder })
      ).parts;
      expect(rows).toBe(768);
      expect(Object.fromEntries(columns.map(({ name, missing }) => [name, missing]))).toEqual({
        pregnancies: 0,
        glucose: 5,
        blood_pressure: 35,
        skin_fold: 227,
        insulin: 374,
        bmi: 11,
        pedigree: 0,
        age: 0,
      });

      const [a, b, c] = await Promise.all(
        ["0", "1", "2"].map((row) =>
          sigmaxJson<Explained>(["predict", "diabetes.sigmax", "women.csv", "--explain", row], { folder }),
        ),
      );
      const widths = [a, b, c].map(({ classes: [, { probability, interval }] }) => {
        const [low, high] = interval;
        expect(low < probability && probability < high).toBe(true);
        return high - low;
      });
      expect(widths[0]).toBeLessThan(0.1);
      expect(widths[2]).toBeGreaterThan(1.5 * widths[1]);
      const sum = b.contributions.reduce((total, { logOdds }) => total + logOdds, b.baseline.logOdds);
      expect(sum).toBeCloseTo(b.logit, 10);
      expect(b.contributions.find(({ column }) => column === "insulin")?.value).toBe(null);

      // What the example's page says.
      expect([a, b, c].map(({ classes: [, { probability }] }) => Math.round(100 * probability))).toEqual([
        4, 79, 75,
      ]);
      expect(stdout).toMatch(/^ {2}hidden none +76\.\d % +0\.477\d/m);
      expect(stdout).toMatch(/^ {2}hidden 16:relu +76\.\d % +0\.46[23]\d/m); // λ = 10
      expect(stdout).toContain("hidden 16:relu and hidden none cannot be told apart by log-loss");
      expect(stdout).toContain("Nothing here shows that the network earns its keep");
      expect(await readFile(join(folder, "compare.html"), "utf8")).toContain(
        "Nothing here shows that the network earns its keep",
      );
      const ofNetwork = await sigmaxJson<Omit<Explained, "contributions">>(
        ["predict", "network.sigmax", "women.csv", "--explain", "2"],
        { folder },
      );
      const [
        ,
        {
          probability,
          interval: [low, high],
        },
      ] = ofNetwork.classes;
      expect(low < probability && probability < high).toBe(true);
      expect(high - low).toBeLessThan(widths[2]); // it knows less, and says so less
      expect(stderr).toContain("Intervals of a network tell how uncertain its last layer is");
      expect(stdout).toMatch(/^ {2}C {2}58\.5 % to 72\.2 %$/m);
    }),
  4 * minutes,
);
