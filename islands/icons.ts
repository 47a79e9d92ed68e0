/** Vite plugin: one SVG sprite holding the lucide icons whose names stand in our Python and templates, and no others. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const LUCIDE = "node_modules/lucide-static/icons";
const QUOTED = /["']([a-z][a-z0-9]*(?:-[a-z0-9]+)*)["']/g;
const ASKED = /\{% icon ["']([^"']+)["']/g;

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(py|html|ts)$/.test(name) && !/(^|\/)(tests|migrations|dist)\//.test(name))
    .map((name) => join(folder, name));
}

function symbol(name: string): string {
  const svg = readFileSync(join(LUCIDE, `${name}.svg`), "utf8");
  const inside = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  return `<symbol id="${name}" viewBox="0 0 24 24">${inside.replace(/\s*\n\s*/g, "")}</symbol>`;
}

export function icons(...folders: string[]): Plugin {
  return {
    name: "icons",
    generateBundle() {
      const known = new Set(readdirSync(LUCIDE).map((file) => file.replace(/\.svg$/, "")));
      const used = new Set<string>();
      for (const file of folders.flatMap(sources)) {
        const text = readFileSync(file, "utf8");
        for (const [, name] of text.matchAll(QUOTED)) if (known.has(name!)) used.add(name!);
        for (const [, name] of text.matchAll(ASKED)) if (!known.has(name!)) this.error(`${file}: lucide has no icon "${name}"`);
      }
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${[...used].sort().map(symbol).join("\n")}</svg>\n`;
      this.emitFile({ type: "asset", fileName: "icons.svg", source });
    },
  };
}
