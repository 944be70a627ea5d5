import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { inFolder, run } from "./run.ts";

const example = fileURLToPath(new URL("../../../examples/foreground/run.mjs", import.meta.url));

test("foreground against background: pictures that no model has seen, by one output and by two, which differ by λ alone", ({
  skip,
}) =>
  inFolder(async (folder) => {
    const { code, stdout, stderr } = await run(process.execPath, [example, folder], { folder });
    skip(code === 3, stderr.trim()); // where Debian's package cannot be had
    expect(code).toBe(0);
    expect(stdout).toContain("All of them hold to 10⁻¹².");
    expect(stdout).toContain("softmax, 2λ is the same model as sigmoid");
    const lines = [...stdout.matchAll(/^ {2}\S+ +([\d.]+) % +([\d.]+) % +(\S+) +(\S+)$/gm)];
    const seen = lines.map(([, ...figures]) => figures.map(Number));
    expect(seen).toHaveLength(8);
    for (const [sigmoid, softmax, gap, matched] of seen) {
      expect(sigmoid).toBeGreaterThan(80);
      expect(Math.abs(sigmoid - softmax)).toBeLessThan(1);
      expect(gap).toBeGreaterThan(1e-4);
      expect(gap).toBeLessThan(0.05);
      expect(matched).toBeLessThan(1e-9);
    }
    const picture = await readFile(join(folder, "probabilities.png"));
    expect([...picture.subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47]);
    expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([672, 1080]);
    expect(await readFile(join(folder, "compare.html"), "utf8")).toContain("What is exactly the same");
  }));
