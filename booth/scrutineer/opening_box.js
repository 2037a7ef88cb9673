// One closed box and one key: the opening record read, the archive checked ballot by ballot, its sum decrypted once.
import { Refused, checkArchive, decryptTally, openRecord, remember, shareDocument } from "./core/index.js";
import { nameOf, parallel } from "./engine.js";
import { _, fill, make, say, show } from "./frame.js";
import { opened, remember as rememberHere, setupSeen } from "./memory.js";

/** Check everything that can be checked without using the key. `box`: {record, archive} as bytes; returns what `decrypt` takes. */
export async function check(box, key, progress) {
  const record = openRecord(new TextDecoder().decode(box.record));
  if (!setupSeen(record.panel, record.setup)) throw new Refused("record_changed");
  const checked = await checkArchive(box.archive, {
    setup: record.setup,
    minimum: record.minimum,
    secret: key.secret,
    progress,
    parallel: parallel(),
  });
  if (checked.uuid !== record.panel) throw new Refused("record_other");
  if (checked.ballots < checked.minimum) throw new Refused("too_few_ballots", { ballots: checked.ballots, minimum: checked.minimum });
  demandSame(key, checked);
  return { record, checked };
}

/** What this key has opened before, as its file and this browser remember it. */
const memory = (key) => ({ ...opened(nameOf(key)), ...key.decrypted });

function demandSame(key, checked) {
  for (const known of [key.decrypted, opened(nameOf(key))]) {
    if ((known[checked.phi] || checked.tallyHash) !== checked.tallyHash) throw new Refused("decrypted_other");
  }
}

/** The share document of a checked box. It is remembered before anything leaves. */
export async function decrypt({ record, checked }, key) {
  demandSame(key, checked);
  const payload = await decryptTally(checked, key.secret, memory(key));
  key.decrypted = remember(memory(key), checked);
  rememberHere(nameOf(key), checked.phi, checked.tallyHash);
  return shareDocument(record.panel, record.setup, checked.owner, payload);
}

/** The view of a check under way; returns the function that its progress is told to. `where`: which box it is. */
export function watchProgress(title, where) {
  const bar = make("progress", { max: "1", "aria-label": title });
  const line = make("p", { class: "state" }, _("正在取档案…"));
  show(() => [title, make("p", { class: "small muted" }, where), line, bar, say(_("每张票都在这部设备上重新核对。请不要关掉这一页。"))]);
  bar.removeAttribute("value");
  return (done, total) => {
    bar.max = total;
    bar.value = done;
    line.textContent = fill(_("正在核对第 %(done)s 张，共 %(total)s 张"), { done: Math.min(done + 1, total), total });
  };
}

/** What was found in a box, for a person to hold against what was counted in the room. */
export function findings({ record, checked }) {
  return make(
    "li",
    null,
    make("h2", null, checked.description),
    make("p", { class: "figure" }, fill(_("%(number)s 张"), { number: checked.ballots })),
    say(_("每张票的签名和证明都对，合计也对。")),
    make("details", null, make("summary", null, _("开箱时抄下的设置值")), make("p", { class: "code" }, record.setup)),
  );
}
