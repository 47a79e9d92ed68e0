import { defineConfig, type Plugin } from "vite";

/** Letters as escapes: a script without a declared encoding is read in that of the page, whatever that is. */
const ascii: Plugin = {
  name: "ascii",
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== "chunk") continue;
      file.code = file.code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
    }
  },
};

/** The tracking script: one classic file that any site can load. */
export default defineConfig({
  publicDir: false,
  plugins: [ascii],
  build: {
    outDir: "relacja/web/static/web/dist",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    lib: { entry: "islands/tracker/main.ts", formats: ["iife"], name: "relacjaTracker", fileName: () => "t.js" },
  },
});
