import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { download, type Download } from "./download.ts";

const images = gzipSync("images");
const labels = gzipSync("labels");

/** A publisher on this machine that offers these files, and an empty folder for them. */
async function publish(offered: Readonly<Record<string, Uint8Array | string>>): Promise<Download> {
  const answer: RequestListener = (request, response) => {
    const file = offered[String(request.url).slice("/data/".length)];
    if (file === undefined) response.statusCode = 404;
    response.end(file);
  };
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const folder = await mkdtemp(join(tmpdir(), "sigmax-test-"));
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true, force: true });
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  return {
    name: "sights",
    publisher: `http://127.0.0.1:${port}/data/`,
    files: { "images.gz": digest("images"), "labels.gz": digest("labels") },
    folder: join(folder, "sights"),
    otherWays: "ask a friend",
  };
}

test("files with the known contents are kept as they came", async () => {
  const offer = await publish({ "images.gz": images, "labels.gz": labels });
  await download(offer);
  expect(await readdir(offer.folder)).toEqual(["images.gz", "labels.gz"]);
  expect(await readFile(join(offer.folder, "images.gz"))).toEqual(images);
});

test("the digest is that of the contents, so another packing of them is as good", async () => {
  const offer = await publish({ "images.gz": gzipSync("images", { level: 0 }), "labels.gz": labels });
  await download(offer);
  expect(await readdir(offer.folder)).toHaveLength(2);
});

test.each<[string, Uint8Array | string]>([
  ["with other contents", gzipSync("imagez")],
  ["that ends early", images.subarray(0, 20)],
  ["that is a page in its place", "<!doctype html><title>Please log in</title>"],
  ["that is empty", ""],
])("a file %s is refused, and nothing is kept of the others either", async (_, bytes) => {
  const offer = await publish({ "images.gz": bytes, "labels.gz": labels });
  await expect(download(offer)).rejects.toThrow(
    `sights: what came from ${offer.publisher} is not the known images.gz, so nothing was kept; ask a friend`,
  );
  await expect(readdir(offer.folder)).rejects.toThrow("ENOENT");
});

test("a publisher that lacks a file, or is not there, is named with what it answered", async () => {
  const offer = await publish({ "images.gz": images });
  await expect(download(offer)).rejects.toThrow(
    "sights: not on this machine, and its publisher could not be reached (it answered 404); ask a friend",
  );
  const closed = { ...offer, publisher: "http://sigmax.invalid/" };
  await expect(download(closed)).rejects.toThrow(/^sights: .*could not be reached \(.*\); ask a friend$/);
  await expect(readdir(offer.folder)).rejects.toThrow("ENOENT");
});

test("a folder that cannot be made is named", async () => {
  const offer = await publish({ "images.gz": images, "labels.gz": labels });
  await writeFile(offer.folder, "a file in its place");
  await expect(download(offer)).rejects.toThrow(`sights: the folder ${offer.folder} cannot be made`);
});

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
