// Taking a key from where it was kept: its file, the QR code of its backup (photo or camera), or its eight groups typed from the paper.
import { fromPhoto, hasCamera, watch } from "../check/scan.js";
import { keyOfBackup, keyOfFile } from "./engine.js";
import { sentence } from "./faults.js";
import { _, button, fileButton, fill, make, note, say, show, tell } from "./frame.js";
import { Refused } from "./core/index.js";

const GROUPS = 8;
const LENGTH = 7;

/**
 * The parts of a view in which a key is given; `taken(key)` is called with it and may throw a Refused. `back`: the view around them.
 * `files`: whether its file will do, which says nothing of a backup.
 */
export function keyInput(state, taken, back, { files = true } = {}) {
  const attempt = async (act) => {
    state.fault = null;
    try {
      await taken(await act());
      return true;
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      state.fault = fault;
      show(back, true);
      if (!wrongGroups(state).length) document.querySelector(".note.bad")?.scrollIntoView({ block: "center" });
      return false;
    }
  };
  return [
    state.fault && note("bad", sentence(state.fault)),
    make(
      "div",
      { class: "ways" },
      files ? fileButton("key-file", _("选钥匙文件"), (file) => attempt(async () => keyOfFile(await text(file)))) : null,
      fileButton("key-photo", _("选备份二维码的照片"), (file) => attempt(() => ofPhoto(file)), { accept: "image/*" }),
      hasCamera() ? button(_("用相机扫备份的二维码"), () => show(camera(attempt, back)), true, { id: "key-camera" }) : null,
    ),
    make("h2", null, _("或者照着纸输入八组字")),
    say(_("大小写不能错。每组七个字，没有数字 0、大写 O、大写 I 和小写 l。")),
    typing(state, (whole) => attempt(async () => keyOfBackup(whole))),
  ];
}

/** A file's text; what is no text, or much too long for a key, is nothing. */
async function text(file) {
  return file.size > 100_000 ? "" : file.text();
}

async function ofPhoto(file) {
  const read = await fromPhoto(file);
  if (!read) throw new Refused("no_code");
  return keyOfBackup(read);
}

const wrongGroups = (state) => (state.fault?.code === "backup_damaged" ? state.fault.detail.groups : []);

function typing(state, done) {
  const wrong = wrongGroups(state);
  const fields = Array.from({ length: GROUPS }, (_each, index) => {
    const field = make("input", {
      id: `group-${index + 1}`,
      class: wrong.includes(index + 1) ? "typed wrong" : "typed",
      "aria-invalid": wrong.includes(index + 1) && "true",
      autocomplete: "off",
      autocapitalize: "off",
      autocorrect: "off",
      spellcheck: "false",
    });
    field.addEventListener("input", () => spread(index));
    return field;
  });
  // a whole backup can be pasted into any field, and a full field hands on to the next
  const spread = (index) => {
    const parts = fields[index].value.split(/[-\s]+/).filter(Boolean);
    if (parts.length > 1) parts.slice(0, GROUPS - index).forEach((part, offset) => (fields[index + offset].value = part));
    const next = Math.min(index + Math.max(parts.length - 1, 0), GROUPS - 1);
    if (parts.length && fields[next].value.length >= LENGTH && next < GROUPS - 1) fields[next + 1].focus();
  };
  return make(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        done(fields.map((field) => field.value.trim()).join("-"));
      },
    },
    make(
      "ol",
      { class: "groups typing" },
      ...fields.map((field, index) =>
        make("li", null, make("label", { for: field.id }, fill(_("第 %(number)s 组"), { number: index + 1 })), field),
      ),
    ),
    make("div", { class: "actions" }, make("button", { type: "submit", id: "groups-done" }, _("核对"))),
  );
}

/** The camera, until it found a code. Shown again (in the other language), it begins anew. */
function camera(attempt, back) {
  let before = () => {};
  return () => {
    before();
    const [parts, leave] = looking(attempt, back);
    before = leave;
    return parts;
  };
}

function looking(attempt, back) {
  const video = make("video", { muted: true, playsinline: true, "aria-label": _("相机画面") });
  let stop = () => {};
  let over = false;
  const leave = () => {
    over = true;
    stop();
  };
  watch(video, (found) => {
    if (!over) {
      tell(_("扫到了。"));
      leave();
      attempt(async () => keyOfBackup(found));
    }
    return true;
  }).then(
    (end) => (over ? end() : (stop = end)),
    () => !over && attempt(() => Promise.reject(new Refused("no_camera"))),
  );
  const parts = [
    _("把备份的二维码放进画面"),
    video,
    make("div", { class: "actions" }, button(_("不用相机"), () => (leave(), show(back)), true)),
  ];
  return [parts, leave];
}
