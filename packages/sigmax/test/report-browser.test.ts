import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { ReportData } from "../src/report/data.ts";
import { renderReport } from "../src/report/render.ts";
import { decidedReport } from "./decided-fixture.ts";
import { exactReport } from "./exact-fixture.ts";
import { hostileNames, madeUpReport, pixelNames } from "./report-fixture.ts";

const executable = "/usr/bin/chromium"; // Debian's package chromium
const flags =
  "--no-sandbox --headless --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync";

const garments = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
];
const longNames = Array.from({ length: 30 }, (_, i) => `a rather long class name that goes on, number ${i}`);
const reports: Readonly<Record<string, ReportData>> = {
  pixels: madeUpReport({
    classes: garments,
    columns: pixelNames(64),
    image: { height: 8, width: 8 },
    rows: 10_000,
  }),
  table: madeUpReport({ classes: ["benign", "malignant"], columns: pixelNames(30) }),
  many: { ...madeUpReport({ classes: longNames, columns: longNames, skill: 4 }), command: "x".repeat(500) },
  hostile: {
    ...madeUpReport({ classes: hostileNames, columns: hostileNames }),
    evaluatedOn: "train",
    source: hostileNames[2],
  },
};

const rtl = [
  "سليم",
  "خبيث جدًا وبعيد عن كل ما هو معروف في هذا المكان",
  "未知的类别名称非常非常非常非常非常非常长",
];
const exact = {
  chosen: {
    classes: ["benign", "malignant"],
    columns: longNames,
    folds: 5,
    options: { chooseL2: "one-standard-error", chooseFolds: 5, classWeights: "balanced" },
  },
  several: { classes: [...rtl, ...hostileNames], columns: [...rtl, ...hostileNames], categories: longNames },
} as const;

const costs = {
  [hostileNames[0]]: 1,
  [longNames[0]]: Object.fromEntries(rtl.map((name) => [name, 3])),
};
const decided = {
  "decided-two": {
    classes: ["benign", "malignant"],
    wards: longNames.slice(0, 5),
    policy: {
      costs: { treat: { benign: 1, malignant: 0 }, wait: { benign: 0, malignant: 20 }, refer: 0.6 },
    },
    ids: ["patient", longNames[1]],
  },
  "decided-names": {
    classes: rtl,
    wards: [...rtl, ...hostileNames],
    by: "class",
    coverage: 0.8,
    policy: { costs: { ...costs, refer: 0.5 } },
    ids: [...hostileNames],
  },
} as const;

describe.skipIf(!existsSync(executable))(
  "the report in Debian's Chromium (skipped where it is not installed)",
  () => {
    let browser: Browser;
    let folder: string;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "sigmax-report-"));
      for (const [name, data] of Object.entries(reports))
        writeFileSync(join(folder, `${name}.html`), renderReport(data));
      for (const [name, shape] of Object.entries(exact))
        writeFileSync(join(folder, `${name}.html`), (await exactReport(shape)).page);
      for (const [name, shape] of Object.entries(decided))
        writeFileSync(join(folder, `${name}.html`), (await decidedReport(shape)).page);
      browser = await chromium.launch({ executablePath: executable, args: flags.split(" ") });
    });

    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    for (const name of [...Object.keys(reports), ...Object.keys(exact), ...Object.keys(decided)]) {
      for (const colorScheme of ["light", "dark"] as const) {
        test(`${name}, ${colorScheme}: opens offline from disk without a complaint, no wider than a phone, all text readable`, async () => {
          const context = await browser.newContext({
            viewport: { width: 360, height: 800 },
            colorScheme,
            offline: true,
          });
          const page = await context.newPage();
          const heard = listen(page);
          await page.goto(address(name), { waitUntil: "load" });
          expect(await page.evaluate("document.scrollingElement.scrollWidth")).toBeLessThanOrEqual(360);
          expect(await page.evaluate(cutTexts)).toEqual([]);
          expect(await page.evaluate(faintTexts)).toEqual([]);
          await page.setViewportSize({ width: 1280, height: 900 });
          expect(await page.evaluate("document.scrollingElement.scrollWidth")).toBeLessThanOrEqual(1280);
          expect(heard).toEqual({ complaints: [], requests: [address(name)] });
          await context.close();
        });
      }
    }

    test("the report of a picture model shows nine drawings, a picture for each class and for each mistake, all described", async () => {
      const page = await browser.newPage();
      await page.goto(address("pixels"));
      expect(await page.locator("svg[role=img][aria-label]").count()).toBe(9);
      const pictures: unknown = await page.evaluate(pictureFacts);
      const asDrawn = { width: 8, height: 8, rendering: "pixelated", isDescribed: true };
      expect(pictures).toEqual(Array.from({ length: 10 + 12 }, () => asDrawn));
      await page.close();
    });

    function address(name: string): string {
      return pathToFileURL(join(folder, `${name}.html`)).href;
    }
  },
);

// What runs in the page is text here: these tests are compiled without the DOM's types.

const pictureFacts = `Array.from(document.images, (image) => ({
  width: image.naturalWidth,
  height: image.naturalHeight,
  rendering: getComputedStyle(image).imageRendering,
  isDescribed: image.alt.length > 0,
}))`;

/** Texts of drawings that leave the page to the left or right, as a list that should be empty. */
const cutTexts = `Array.from(document.querySelectorAll("svg text"))
  .filter((text) => text.getBoundingClientRect().left < 0 || text.getBoundingClientRect().right > innerWidth)
  .map((text) => text.textContent)`;

/** Texts with a contrast below 4.5 to what is behind them (WCAG 2.2, 1.4.3), as a list that should be empty. */
const faintTexts = `(() => {
  const parse = (color) => {
    const numbers = color.match(/[\\d.e-]+/g).map(Number);
    const scale = color.startsWith("color(") ? 1 : 255;
    const [red, green, blue, alpha = 1] = numbers;
    return { channels: [red, green, blue].map((value) => value / scale), alpha };
  };
  const over = (top, bottom) => top.channels.map((value, i) => value * top.alpha + bottom[i] * (1 - top.alpha));
  const behind = (element) => {
    if (element === null) return [1, 1, 1];
    const own = parse(getComputedStyle(element).backgroundColor);
    return own.alpha === 1 ? own.channels : over(own, behind(element.parentElement));
  };
  const luminance = (channels) => {
    const [red, green, blue] = channels.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let texts = 0;
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() === "" || element.closest("style") !== null) continue;
    texts++;
    const style = getComputedStyle(element);
    const background = behind(element);
    const text = over(parse(element.closest("svg") === null ? style.color : style.fill), background);
    const [dark, bright] = [luminance(text), luminance(background)].sort((a, b) => a - b);
    const contrast = (bright + 0.05) / (dark + 0.05);
    if (contrast < 4.5) faint.push(walker.currentNode.data.trim() + ": " + contrast.toFixed(2));
  }
  return texts > 100 ? faint : ["only " + texts + " texts were looked at"];
})()`;

/** Collects what a page logs, throws or asks for; pictures inside the page are not asked for. */
function listen(page: Page): { readonly complaints: string[]; readonly requests: string[] } {
  const heard = { complaints: [] as string[], requests: [] as string[] };
  page.on("console", (message) => heard.complaints.push(message.text()));
  page.on("pageerror", (error) => heard.complaints.push(error.message));
  page.on("dialog", (dialog) => heard.complaints.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    if (!request.url().startsWith("data:")) heard.requests.push(request.url());
  });
  return heard;
}
