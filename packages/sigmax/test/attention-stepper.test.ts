import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { describe, expect, test } from "vitest";
import { flowers, flowerSteps } from "../src/report/attention-example.ts";
import { renderAttentionStepper } from "../src/report/attention-stepper.ts";
import { textsOf } from "./page.ts";
import { inFolder, sigmax, sigmaxJson } from "./run.ts";

const executable = "/usr/bin/chromium"; // Debian's package chromium

describe("sigmax functions attention", () => {
  test.concurrent("prints the steps, and gives them as JSON", async () => {
    await inFolder(async (folder) => {
      const { code, stdout } = await sigmax(["functions", "attention"], { folder });
      expect(code).toBe(0);
      expect(stdout).toMatch(/^row 101, virginica +1\.589 +1\.589 +0\.370 +1\.000 +/m);
      for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(110);
      const { attention } = await sigmaxJson<{ attention: { steps: { sum: number; output: number[] }[] } }>(
        ["functions", "attention"],
        { folder },
      );
      expect(attention.steps.map(({ sum }) => sum)).toEqual(flowerSteps().map(({ sum }) => sum));
      for (const { output } of attention.steps) expect(output.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    });
  });

  test.concurrent("--out writes the page", async () => {
    await inFolder(async (folder) => {
      const { stdout } = await sigmax(["functions", "attention", "--out", "attention.html"], { folder });
      expect(stdout).toBe("Stepper  attention.html\n");
      const page = await readFile(join(folder, "attention.html"), "utf8");
      expect(textsOf("h1", page)).toEqual(["Attention, step by step"]);
    });
  });
});

describe("the stepper", () => {
  const page = renderAttentionStepper();

  test("has a step for each key, the pass beside the softmax of all scores, and they agree", () => {
    const steps = textsOf(".step h3", page).filter((text) => text.startsWith("Key "));
    expect(steps).toEqual(flowers.map(({ name }, i) => `Key ${i + 1} of 6: ${name}`));
    const texts = textsOf(".step p.soft", page);
    expect(texts).toHaveLength(6);
    for (const text of texts) expect(text).toMatch(/same to the last bit|differ by \d(\.\d+)? × 10⁻¹[⁵⁶⁷⁸],/);
  });

  test("says what a new maximum does", () => {
    expect(textsOf(".step > p", page)[3]).toBe(
      "Its score, 1.589, is above the maximum so far, 0.594: both sums are multiplied by e^(0.594 − 1.589) = 0.370, as if it had been known from the start.",
    );
    expect(textsOf(".step > p", page)[4]).toMatch(
      /^Its score, 0\.\d+, is not above the maximum so far, 1\.589/,
    );
  });

  describe.runIf(existsSync(executable))("in a browser", () => {
    test(
      "steps by buttons and keys, fits a phone and a desk, light and dark, and complains of nothing",
      { timeout: 60_000 },
      async () => {
        await inFolder(async (folder) => {
          await mkdir(join(folder, "page"));
          const path = join(folder, "page", "attention.html");
          await writeFile(path, page);
          const browser = await chromium.launch({ executablePath: executable, args: ["--no-sandbox"] });
          try {
            for (const width of [320, 390, 1100])
              for (const colorScheme of ["light", "dark"] as const) {
                const tab = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
                const complaints: string[] = [];
                tab.on("console", (message) => complaints.push(message.text()));
                tab.on("pageerror", (error) => complaints.push(error.message));
                await tab.goto(`file://${path}`);
                const shown = async () => [
                  await tab.locator(".step:visible h3").first().textContent(),
                  await tab.locator("#place").textContent(),
                ];
                expect(await tab.locator(".step:visible").count()).toBe(1);
                expect(await shown()).toEqual([`Key 1 of 6: ${flowers[0].name}`, "Step 1 of 6"]);
                expect(await tab.locator("button:disabled").count()).toBe(2);
                await tab.getByText("Next ▶").click();
                await tab.keyboard.press("ArrowRight");
                expect((await shown())[1]).toBe("Step 3 of 6");
                await tab.keyboard.press("End");
                await tab.keyboard.press("ArrowRight");
                expect(await shown()).toEqual([`Key 6 of 6: ${flowers[5].name}`, "Step 6 of 6"]);
                await tab.keyboard.press("ArrowLeft");
                await tab.getByText("First", { exact: true }).click();
                expect((await shown())[1]).toBe("Step 1 of 6");
                await tab.keyboard.press("End");
                const wide = await tab.evaluate("document.documentElement.scrollWidth");
                expect(wide).toBeLessThanOrEqual(width);
                expect(complaints).toEqual([]);
                await tab.close();
              }
          } finally {
            await browser.close();
          }
        });
      },
    );
  });
});
