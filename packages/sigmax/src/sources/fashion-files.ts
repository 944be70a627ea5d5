// Where Fashion-MNIST is: loaded before anything else, so it needs nothing else.
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Each file, and the SHA-256 of its contents, inflated. */
export const fashionFiles: Record<string, string> = {
  "train-images-idx3-ubyte.gz": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
  "train-labels-idx1-ubyte.gz": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
  "t10k-images-idx3-ubyte.gz": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
  "t10k-labels-idx1-ubyte.gz": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
};

/** $SIGMAX_CACHE, or "sigmax" in the user's cache folder. */
export function cacheFolder(): string {
  const { SIGMAX_CACHE, XDG_CACHE_HOME } = process.env;
  return SIGMAX_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), ".cache"), "sigmax");
}

export function fashionFolders(): string[] {
  const installed = process.env.SIGMAX_DATASETS ?? "/usr/share/datasets"; // where Debian's packages put them
  return [cacheFolder(), installed].map((folder) => join(folder, "fashion-mnist"));
}

export function hasFashionFiles(folder: string): boolean {
  return Object.keys(fashionFiles).every((file) => existsSync(join(folder, file)));
}
