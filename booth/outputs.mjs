import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

// What is built: file names in ../static/booth and how each is made.
import { scrutineerPage } from "./scrutineer/page.mjs";

export default [
  { make: async ({ bundle, style }) => ({ "voter.js": await bundle("voter/main.js", ["voter"]), "voter.css": await style("voter/voter.css") }) },
  { make: async ({ bundle }) => ({ "start.js": await bundle("check/start.js", ["check"]), "check.js": await bundle("check/check.js", ["check"]) }) },
  { make: async (tools) => summed(await scrutineerPage(tools)) },
  { make: async ({ HERE }) => ({ "LICENSES.txt": licences(HERE) }) },
];

/** Files, and their SHA-256 as `sha256sum --check` reads it: who distrusts a server compares the page it gave with this. */
function summed(files) {
  const lines = Object.entries(files).map(([name, text]) => `${createHash("sha256").update(text).digest("hex")}  ${name}\n`);
  return { ...files, SHA256SUMS: lines.join("") };
}

/** The licences of what stands inside the bundles, as their authors wrote them. */
function licences(here) {
  const { dependencies } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
  const parts = Object.entries(dependencies).map(
    ([name, version]) => `${name} ${version}\n\n${readFileSync(join(here, "node_modules", name, "LICENSE"), "utf8").trim()}\n`,
  );
  return `The scripts in this folder contain parts of these libraries.\n\n${parts.join("\n\n")}`;
}
