import { defineConfig } from "vite";

import { icons } from "./islands/icons.ts";
import { smaller } from "./islands/smaller.ts";

export default defineConfig({
  publicDir: false,
  plugins: [icons("relacja"), smaller()],
  build: {
    outDir: "relacja/ui/static/ui/dist",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    rollupOptions: {
      // htmx carries an eval for attributes we switch off (allowEval: false) and the page policy forbids.
      checks: { eval: false },
      input: { ui: "islands/ui/main.ts" },
      output: { entryFileNames: "[name].js", chunkFileNames: "[name].js", assetFileNames: "[name][extname]" },
    },
  },
});
