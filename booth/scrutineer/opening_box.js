// One closed box and one key: the opening record read, the archive checked ballot by ballot, its sum decrypted once.
import { Refused, checkArchive, decryptTally, openRecord, remember, shareDocument } from "./core/index.js";
import { nameOf, parallel } from "./engine.js";
import { _, again, fill, make, say, show, tell } from "./frame.js";
import { noteSetup, opened, remember as rememberHere, setupNoted, setupSeen, signingKeys } from "./memory.js";
import { poll } from "./server.js";

// how much of a setup value people note at opening; the desk shows as much (publishing/turnout.py)
export const NOTED = 16; // 64 bits: a server can try many setups until fewer characters fit

/** What is noted of a setup value, in groups of four: the opening check code. */
export const noted = (setup) => setup.slice(0, NOTED).match(/.{4}/g).join(" ");

/** An opening record's bytes, read; where this device knows the server's signing keys, one signed by another is refused. */
export const readRecord = (bytes) => openRecord(new TextDecoder().decode(bytes), poll && signingKeys(poll));

/**
 * Check everything that can be checked without using the key. `box`: {record, archive} as bytes; returns what `decrypt` takes once it is `agreed`.
 *
 * Record and archive come from the same hand, so the one proves nothing about the other: who makes both can put any list of voters under the
 * very election in which people voted, and have a sum opened that is one vote. `agreed` is true where this device noted the setup value itself,
 * and becomes so when its holder types what was noted at opening.
 */
export async function check(box, key, progress) {
  const record = readRecord(box.record);
  const seen = setupSeen(record.panel, record.setup);
  if (seen === "other") throw new Refused("record_changed");
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
  return { record, checked, agreed: seen === "same", since: seen === "same" && setupNoted(record.panel), typed: "" };
}

/** What this key has opened before, as its file and this browser remember it. */
const memory = (key) => ({ ...opened(nameOf(key)), ...key.decrypted });

function demandSame(key, checked) {
  for (const known of [key.decrypted, opened(nameOf(key))]) {
    if ((known[checked.phi] || checked.tallyHash) !== checked.tallyHash) throw new Refused("decrypted_other");
  }
}

/** The share document of a checked box. It is remembered before anything leaves; `box.forgotten` says where this device can't. */
export async function decrypt(box, key) {
  const { record, checked } = box;
  if (!box.agreed) throw new TypeError("not agreed");
  demandSame(key, checked);
  const payload = await decryptTally(checked, key.secret, memory(key));
  key.decrypted = remember(memory(key), checked);
  box.forgotten = !rememberHere(nameOf(key), checked.phi, checked.tallyHash);
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
export function findings(box) {
  const { checked } = box;
  return make(
    "li",
    null,
    make("h2", null, checked.description),
    make("p", { class: "figure" }, fill(_("%(number)s 张"), { number: checked.ballots })),
    say(_("每张票的签名和证明都对，合计也对。")),
    ...(box.agreed ? agreedSetup(box) : askSetup(box)),
  );
}

// the value is shown when nothing can be copied from it any more
const agreedSetup = ({ record, since }) => [
  say(
    since
      ? fill(_("开箱核对码没有变：这部设备自己记住了它（%(time)s）。"), { time: since.toLocaleString() })
      : _("开箱核对码和您抄下的对上了。"),
  ),
  make("p", { class: "code" }, noted(record.setup)),
];

function askSetup(box) {
  const { panel, setup } = box.record;
  const id = `setup-${panel}`;
  const differs = () => (box.typed.length >= NOTED && !setup.startsWith(box.typed) ? _("和这里的对不上，请先不要打开，告诉监督的人") : "");
  const fault = make("p", { class: "error", id: `${id}-error`, role: "alert" }, differs());
  const field = make("input", {
    id,
    class: "noted",
    "aria-describedby": `${id}-hint ${id}-error`,
    autocomplete: "off",
    autocapitalize: "off",
    autocorrect: "off",
    spellcheck: "false",
    oninput: () => {
      box.typed = field.value.normalize("NFKC").replace(/[\s-]/g, "").toLowerCase();
      fault.textContent = differs();
      if (box.typed.length < NOTED || !setup.startsWith(box.typed)) return;
      box.agreed = true;
      noteSetup(panel, setup);
      tell(_("开箱核对码和您抄下的对上了。"));
      again();
      document.querySelector(".noted")?.focus(); // the next box's
    },
  });
  const label = fill(_("开箱核对码（%(number)s 个字符）"), { number: NOTED });
  const hint = make("p", { class: "hint", id: `${id}-hint` }, _("请照开箱时写在纸上的填，不要照现在的屏幕。没有抄的，请找当时抄下的人。"));
  return [make("div", { class: "field" }, make("label", { for: id }, label), hint, field, fault)];
}

/** Whether nothing is open any more that a person must say. */
export const allAgreed = (boxes) => boxes.every((box) => box.agreed);
