// Builds what browsers load: `node build.mjs` writes ../static/booth, `node build.mjs --check` only says whether it would change.
//
// Sentences stand in the sources as _("中文"); the translators' catalogues (../translations) hold the English. A bundle carries both
// languages as two lists, and each _("…") becomes the number of its sentence.
import { build } from "esbuild";
import gettextParser from "gettext-parser";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const TARGET = join(HERE, "../static/booth");
const SENTENCE = /\b_\(\s*("(?:[^"\\]|\\.)*")\s*\)/g;

/** Every .js file below a folder, in a fixed order. */
export function sources(folder) {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? sources(path) : name.endsWith(".js") ? [path] : [];
    });
}

/** The sentences of some sources, sorted: each once. */
function sentences(paths) {
  const found = new Set();
  for (const path of paths) {
    for (const [, quoted] of readFileSync(path, "utf8").matchAll(SENTENCE)) found.add(JSON.parse(quoted));
  }
  return [...found].sort();
}

function english(list) {
  const raw = readFileSync(join(HERE, "../translations/en/LC_MESSAGES/messages.po"));
  const known = gettextParser.po.parse(raw).translations[""];
  return list.map((text) => {
    const [translated] = known[text]?.msgstr ?? [""];
    if (!translated) console.error(`no English for: ${text}`);
    return translated || text;
  });
}

/** Bundle `entry`; the module "texts" exports [Chinese, English], two lists of sentences. `only`: the folders its sentences come from. */
async function bundle(entry, only) {
  const paths = only.flatMap((folder) => sources(join(HERE, folder)));
  const list = sentences(paths);
  const texts = `export default ${JSON.stringify([list, english(list)])}`;
  const result = await build({
    entryPoints: [join(HERE, entry)],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: ["es2020"],
    charset: "utf8",
    legalComments: "none",
    plugins: [
      {
        name: "sentences",
        setup(now) {
          now.onResolve({ filter: /^texts$/ }, () => ({ path: "texts", namespace: "texts" }));
          now.onLoad({ filter: /.*/, namespace: "texts" }, () => ({ contents: texts, loader: "js" }));
          now.onLoad({ filter: /\.js$/ }, ({ path }) => {
            if (relative(HERE, path).startsWith("node_modules")) return undefined;
            const contents = readFileSync(path, "utf8").replace(SENTENCE, (_all, quoted) => `_(${list.indexOf(JSON.parse(quoted))})`);
            return { contents, loader: "js" };
          });
        },
      },
    ],
  });
  return result.outputFiles[0].text;
}

/** Minify a stylesheet. */
async function style(entry) {
  const result = await build({ entryPoints: [join(HERE, entry)], write: false, minify: true, charset: "utf8" });
  return result.outputFiles[0].text.trim();
}

const outputs = new Map();
for (const { make } of (await import("./outputs.mjs")).default) {
  for (const [name, text] of Object.entries(await make({ bundle, style, HERE }))) outputs.set(name, text);
}

let stale = 0;
for (const [name, text] of outputs) {
  const path = join(TARGET, name);
  const before = (() => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return null;
    }
  })();
  if (before === text) continue;
  stale += 1;
  if (process.argv.includes("--check")) console.error(`${name} is not what its sources give`);
  else writeFileSync(path, text);
}
process.exit(process.argv.includes("--check") && stale ? 1 : 0);
