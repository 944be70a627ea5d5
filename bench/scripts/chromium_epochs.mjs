/** Epochs of the textbook run in Chromium, one thread, in the page of core's browser test. Prints one JSON object. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { build } from "vite";

const data = process.env.FASHION_MNIST ?? "/usr/share/datasets/fashion-mnist";
const bytes = (file, header) => gunzipSync(readFileSync(path.join(data, file))).subarray(header);
const answers = {
  "/images": bytes("train-images-idx3-ubyte.gz", 16),
  "/labels": bytes("train-labels-idx1-ubyte.gz", 8),
};
const folder = mkdtempSync(path.join(tmpdir(), "sigmax-chromium-"));
await build({
  root: fileURLToPath(new URL("../../packages/core/test/page/", import.meta.url)),
  logLevel: "silent",
  build: { outDir: folder, emptyOutDir: true, target: "es2022" },
  worker: { format: "es" },
});
const types = { ".html": "text/html", ".js": "text/javascript" };
const server = createServer(({ url }, response) => {
  const name = url === "/" ? "/index.html" : url;
  response.setHeader("Content-Type", types[path.extname(name)] ?? "application/octet-stream");
  try {
    response.end(answers[name] ?? readFileSync(path.join(folder, name)));
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
});
try {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const { seconds } = await page.evaluate(() => window.trainInPage(6, 1, "none"));
  process.stdout.write(`${JSON.stringify({ epochSeconds: seconds })}\n`);
} finally {
  await browser.close();
  server.close();
  rmSync(folder, { recursive: true, force: true });
}
