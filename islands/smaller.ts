/** Vite plugin: lay a gzipped copy beside every built file, which the server gives to browsers that take it. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

export function smaller(): Plugin {
  return {
    name: "smaller",
    writeBundle({ dir }) {
      for (const name of readdirSync(dir!).filter((file) => /\.(js|svg|css)$/.test(file))) {
        const path = join(dir!, name);
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
      }
    },
  };
}
