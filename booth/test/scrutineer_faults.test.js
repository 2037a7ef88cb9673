// Every refusal of the key holder's page has a sentence of its own.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const HERE = new URL("../scrutineer/", import.meta.url);
const WITHOUT = new Set(["server"]); // the server's own sentence is shown, or the general one

test("each code that is thrown has a sentence", () => {
  const faults = readFileSync(new URL("faults.js", HERE), "utf8");
  const said = new Set([...faults.matchAll(/^ {2}(\w+): \(\) =>/gm)].map(([, code]) => code));
  const thrown = new Set();
  for (const folder of ["./", "core/"]) {
    for (const file of readdirSync(new URL(folder, HERE)).filter((name) => name.endsWith(".js"))) {
      const program = readFileSync(new URL(folder + file, HERE), "utf8");
      for (const [, code] of program.matchAll(/new Refused\("(\w+)"/g)) thrown.add(code);
    }
  }
  assert.ok(thrown.size > 40, String(thrown.size));
  assert.deepEqual([...thrown].filter((code) => !said.has(code) && !WITHOUT.has(code)), []);
});

test("each name of a check that the documentation lists has a sentence", () => {
  const faults = readFileSync(new URL("faults.js", HERE), "utf8");
  const index = readFileSync(new URL("core/index.js", HERE), "utf8");
  const listed = index.slice(index.indexOf("The codes:"), index.indexOf("checkArchive(bytes")).replace(/\{[^}]*\}|\([^)]*\)|belenios\/checks\.py/g, "");
  const codes = [...listed.matchAll(/\b[a-z]+(?:_[a-z]+)+\b/g)].map(([code]) => code);
  assert.ok(codes.length > 30);
  for (const code of codes) assert.match(faults, new RegExp(`^ {2}${code}: \\(\\) =>`, "m"), code);
});
