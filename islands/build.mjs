/** Build every set of islands that has a configuration: the application's, the tracker's. */
import { existsSync } from "node:fs";
import { build } from "vite";

for (const configFile of ["vite.config.ts", "vite.tracker.config.ts"]) {
  if (existsSync(configFile)) await build({ configFile, logLevel: "warn" });
}
