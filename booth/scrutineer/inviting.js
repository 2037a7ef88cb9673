// Making a key: why, the key with its backup, the backup read back, the public part handed in, the fingerprint compared.
//
// The state is {token, key, step}; `key` lies in sessionStorage as a key file until the server has its public part. Without a server (the page
// opened from a disk) the public part becomes a file instead, and there is no token.
import { backupOf, fileOf, freshKey, keyOfFile, nameOf } from "./engine.js";
import { sentence } from "./faults.js";
import { _, button, fill, fingerprintLine, make, note, picture, save, say, show, tell } from "./frame.js";
import { keyInput } from "./key_input.js";
import { keepSigningKeys, keepUnfinished, unfinished } from "./memory.js";
import { Refused } from "./core/index.js";
import { closing } from "./closing.js";
import { NOTED } from "./opening_box.js";
import { handInKey, poll, readSigningKeys, readWork } from "./server.js";

const COLLECTING = ["draft", "printed"];

/** Begin, or go on where a reload cut it short. `title`: of the poll, where it is known. */
export function invite(token, title) {
  const state = { token, title: title || "", key: null, step: "welcome", fault: null };
  const before = poll ? unfinished(poll) : null;
  if (before?.file && before.token !== token) return show(someoneElses(state, before));
  if (before?.file) resume(state, before);
  else keep(state);
  return go(state, state.step);
}

function resume(state, record) {
  try {
    state.key = keyOfFile(record.file);
    state.step = record.step;
  } catch {
    keep(state);
  }
}

function keep(state) {
  if (poll) keepUnfinished(poll, { token: state.token, file: state.key && fileOf(state.key, false), step: state.step });
}

function go(state, step) {
  state.step = step;
  state.fault = null;
  keep(state);
  show(VIEWS[step](state));
}

const mark = (state) => state.title && make("p", { class: "small muted" }, state.title);

const someoneElses = (state, before) => () => [
  _("这部手机上还有一把没有交的钥匙"),
  mark(state),
  say(_("它是用另一个链接做的。如果是您刚才做的，可以接着用；如果是别人的，请另做一把。")),
  make(
    "div",
    { class: "actions" },
    button(_("是我的，接着用"), () => {
      resume(state, before);
      go(state, state.step);
    }),
    button(_("另做一把"), () => go(state, "welcome"), true),
  ),
];

const welcome = (state) => () => [
  _("请您做一位钥匙保管人"),
  mark(state),
  say(_("票箱要所有钥匙合在一起才打得开，您管其中一把：少了您这一把，谁也打不开。")),
  say(_("关箱以后，您核对票箱，用钥匙打开合计一次；您不把钥匙用在别处，就没有人能看到单张票。")),
  say(_("钥匙现在就在这部手机里做，不会传出去；交给组织者的只是它的公开部分。")),
  note("warn", _("钥匙和备份都丢了，这场测评就数不出来了。请准备好纸和笔。")),
  make(
    "div",
    { class: "actions" },
    button(_("做我的钥匙"), () => {
      state.key = freshKey();
      go(state, "backup");
    }, false, { id: "make" }),
  ),
];

/** The backup as it stands on the screen and on paper. */
const groups = (key) =>
  make(
    "ol",
    { class: "groups" },
    ...backupOf(key)
      .split("-")
      .map((group, index) =>
        make("li", null, make("span", { class: "place" }, String(index + 1)), make("span", { class: "group" }, group)),
      ),
  );

const code = (key) => picture(backupOf(key), _("备份的二维码"));

const sheet = (state) =>
  make(
    "section",
    { class: "sheet", "aria-hidden": "true" },
    make("h2", null, _("钥匙备份：请收在锁好的地方，谁也不给看。")),
    state.title ? say(fill(_("测评：%(title)s"), { title: state.title })) : say(_("测评："), make("span", { class: "line" })),
    say(_("保管人："), make("span", { class: "line" })),
    say(fill(_("钥匙核对码：%(fingerprint)s"), { fingerprint: nameOf(state.key) })),
    groups(state.key),
    code(state.key),
    say(_("测评结束、结果公布并过了异议期以后，请当着两个人的面销毁。")),
  );

function print() {
  document.body.classList.add("printing");
  window.print();
  document.body.classList.remove("printing");
}

const shortName = (fingerprint) => fingerprint.replace(/ /g, "").slice(0, 8);
export const fileName = (key) => `yipiao-${shortName(nameOf(key))}.key.json`;

const backup = (state) => () => [
  _("钥匙做好了，请留备份"),
  mark(state),
  say(_("把这八组字抄在纸上，大小写要分清；能打印就打印。备份收在锁好的地方，谁也不给看，不要发微信。")),
  groups(state.key),
  code(state.key),
  make(
    "div",
    { class: "actions" },
    button(_("把钥匙存成文件"), () => {
      save(fileName(state.key), fileOf(state.key, false));
      tell(_("存好了。"));
    }, true, { id: "save" }),
    button(_("打印备份"), print, true, { id: "print" }),
  ),
  say(_("文件要存在自己的手机或优盘里。文件没有密码，谁拿到都能用，要像家门钥匙一样管好。")),
  make("div", { class: "actions" }, button(_("抄好了，去核对"), () => go(state, "readback"), false, { id: "next" })),
  sheet(state),
];

const readback = (state) => {
  const view = () => [
    _("核对备份"),
    mark(state),
    say(_("照着您留的备份再读一遍，证明它用得上。核对无误，钥匙才算数。")),
    ...keyInput(state, (key) => compare(state, key), view, { files: false }),
    make("div", { class: "actions" }, button(_("回去看备份"), () => go(state, "backup"), true, { id: "back" })),
  ];
  return view;
};

async function compare(state, key) {
  if (key.secret !== state.key.secret) throw new Refused("backup_differs");
  if (!state.token) return finish(state);
  return go(state, "handing");
}

const handing = (state) => {
  send(state);
  return () => [_("备份核对无误，正在交公开部分…"), mark(state)];
};

async function send(state) {
  try {
    const known = await handInKey(state.token, state.key.publicPart);
    if (known !== nameOf(state.key)) throw new Refused("server");
    finish(state);
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    state.fault = fault;
    return show(stuck(state));
  }
  return pinServer();
}

/** A server that signs with other keys later is found out by this device. Not worth a fault: where it fails, nothing is pinned. */
async function pinServer() {
  try {
    keepSigningKeys(poll, await readSigningKeys());
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
  }
}

const stuck = (state) => () => [
  _("公开部分还没有交上去"),
  mark(state),
  note("bad", sentence(state.fault)),
  state.fault.code === "link_late"
    ? null
    : say(_("备份核对无误，不用重做。钥匙还在这一页里，请不要关掉。")),
  make("div", { class: "actions" }, button(_("再交一次"), () => go(state, "handing"), false, { id: "retry" })),
  // who got a new link can paste it here: opened elsewhere, it would begin with another key
  state.fault.code === "link_ended" &&
    make(
      "form",
      {
        class: "box",
        onsubmit: (event) => {
          event.preventDefault();
          const typed = document.getElementById("new-link").value.trim();
          state.token = typed.slice(typed.lastIndexOf("#") + 1);
          go(state, "handing");
        },
      },
      make("div", { class: "field" }, make("label", { for: "new-link" }, _("新的链接")), make("input", { id: "new-link", autocomplete: "off" })),
      make("button", { type: "submit", class: "plain" }, _("用新链接交")),
    ),
];

/** The end: the browser keeps nothing of the key, and this view only until it is left, so that the file can be saved as it is now. */
function finish(state) {
  const fingerprint = nameOf(state.key);
  const publicPart = state.key.publicPart;
  const saveFile = ((name, text) => () => save(name, text))(fileName(state.key), fileOf(state.key));
  if (poll) keepUnfinished(poll, null);
  show(done(state.title, fingerprint, state.token ? null : publicPart, saveFile));
  state.key = null;
  state.token = "";
}

const done = (title, fingerprint, publicPart, saveFile) => () => [
  publicPart ? _("钥匙做成了") : _("钥匙交上去了"),
  title && make("p", { class: "small muted" }, title),
  publicPart && note("warn", _("还差一步：把公开部分存成文件，交给组织者。钥匙文件和备份谁也不给。")),
  publicPart &&
    make("div", { class: "actions" }, button(_("存公开部分"), () => save(`yipiao-${shortName(fingerprint)}.public.json`, publicPart), false, { id: "save-public" })),
  say(_("请和组织者屏幕上的比一比，一个字也不能差。不一样，就是有人换了您的钥匙：请马上说出来。")),
  say(_("钥匙核对码")),
  fingerprintLine(fingerprint),
  say(_("想用钥匙文件的，请现在存一份，换掉核对以前存的那份：那份上没有记着备份核对过。")),
  make("div", { class: "actions" }, button(_("存钥匙文件"), saveFile, true, { id: "save" })),
  note("good", _("离开这一页，钥匙就只在您的文件和备份纸里。请把核对码也抄在备份纸上。")),
  say(fill(_("开箱的时候，屏幕上有每个票箱的开箱核对码（%(number)s 个字符），请也抄在备份纸上：打开合计时要填。"), { number: NOTED })),
  poll && say(_("关箱以后，请带上钥匙文件或备份，再打开这个网址：")),
  poll && make("p", { class: "code box" }, `${location.origin}/scrutineer/${poll}`),
];

const VIEWS = { welcome, backup, readback, handing };

/** The page of a link: says first when the link has come too late. `left`: no link, but an unfinished key that was left in this tab. */
export async function invited(token, left) {
  show(() => [_("正在打开…")]);
  try {
    const work = await readWork();
    if (left && !COLLECTING.includes(work.state)) {
      keepUnfinished(poll, null); // nothing can become of it, and it must not bar the way to closing
      return closing();
    }
    if (!COLLECTING.includes(work.state)) throw new Refused(work.state === "annulled" ? "annulled" : "link_late");
    return invite(token, work.title);
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    return show(() => [
      _("这个链接打不开"),
      note("bad", sentence(fault)),
      fault.code === "network" && make("div", { class: "actions" }, button(_("再试一次"), () => invited(token, left), false, { id: "retry" })),
    ]);
  }
}
