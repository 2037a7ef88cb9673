// The key holder's page as one file: style and program within it, and the policy that admits exactly these two and nothing else.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const digest = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

export async function scrutineerPage({ bundle, style, HERE }) {
  // the program may not hold what ends its own element
  const script = (await bundle("scrutineer/main.js", ["scrutineer"])).replace(/<\/script/gi, "<\\/script").trim();
  // one file has no fonts beside it: names are shown with the device's own
  const css = (await style("../static/yipiao.css")).replace(/@font-face\{[^}]*\}/g, "") + (await style("scrutineer/page.css"));
  const policy = [
    "default-src 'none'",
    `script-src ${digest(script)}`,
    `style-src ${digest(css)}`,
    "worker-src blob:",
    "connect-src 'self'",
    "img-src blob: data:",
    "media-src blob:",
    "form-action 'none'",
    "base-uri 'none'",
  ].join("; ");
  const parts = { policy, style: css, script };
  const page = readFileSync(join(HERE, "scrutineer/page.html"), "utf8").replace(/\{\{(\w+)\}\}/g, (_all, name) => parts[name]);
  return { "scrutineer.html": page };
}
