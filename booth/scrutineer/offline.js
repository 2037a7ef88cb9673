// The page opened from a disk: keys are made and used without any network, and files go to and fro instead.
import { Refused } from "./core/index.js";
import { fileOf, nameOf } from "./engine.js";
import { sentence } from "./faults.js";
import { _, button, fileButton, fingerprintLine, make, note, save, say, show } from "./frame.js";
import { fileName, invite } from "./inviting.js";
import { keyInput } from "./key_input.js";
import { allAgreed, check, decrypt, findings, watchProgress } from "./opening_box.js";
import { FORGETS, shareName } from "./closing.js";

/** The two things that can be done here. */
export function offline() {
  show(() => [
    _("不连网也能做钥匙、用钥匙"),
    say(_("这一页是从文件打开的，不和任何服务器说话。可以先断网再用。")),
    make(
      "div",
      { class: "ways" },
      button(_("做一把钥匙"), () => invite("", ""), false, { id: "make-one" }),
      button(_("关箱以后：核对档案，打开合计"), () => show(files({})), true, { id: "use-one" }),
    ),
  ]);
}

const files = (state) => {
  const view = () => [
    _("先选两个文件"),
    say(_("向组织者要，或者在联网的电脑上从测评的网址下载：开箱记录 opening.json 和档案 archive.bel。")),
    state.fault && note("bad", sentence(state.fault)),
    make(
      "div",
      { class: "ways" },
      chooser(state, view, "record", _("开箱记录")),
      chooser(state, view, "archive", _("档案")),
    ),
    make(
      "div",
      { class: "actions" },
      button(_("下一步：钥匙"), () => show(askKey(state)), false, { id: "next", disabled: !(state.record && state.archive) }),
      button(_("返回"), offline, true),
    ),
  ];
  return view;
};

const chooser = (state, view, name, label) =>
  fileButton(
    `${name}-file`,
    state[name] ? `${label}：${state[`${name}Name`]}` : label,
    async (file) => {
      state[name] = new Uint8Array(await file.arrayBuffer());
      state[`${name}Name`] = file.name;
      state.fault = null;
      show(view, true);
    },
  );

const askKey = (state) => {
  const view = () => [
    _("请拿出您的钥匙"),
    ...keyInput(state, (key) => checkOne(state, key), view),
    make("div", { class: "actions" }, button(_("返回"), () => show(files(state)), true)),
  ];
  return view;
};

async function checkOne(state, key) {
  const progress = watchProgress(_("正在核对票箱"), state.archiveName);
  try {
    const box = await check(state, key, progress);
    show(found(state, box, key));
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    state.fault = fault;
    if (fault.code === "foreign_key" && key.confirmed === false) state.fault = new Refused("unconfirmed");
    show(files(state));
  }
}

const found = (state, box, key) => () => [
  _("核对无误，请看张数"),
  make("p", { class: "small muted" }, box.checked.title),
  say(_("请与收回的票数核对：和您在现场看到的一样吗？")),
  make("ul", { class: "cards" }, findings(box)),
  make(
    "div",
    { class: "actions" },
    button(_("一样，打开合计"), () => handOver(state, box, key), false, { id: "agree", disabled: !allAgreed([box]) }),
    button(_("不一样，先不打开"), offline, true),
  ),
];

const newFile = (key) => button(_("存新的钥匙文件"), () => save(fileName(key), fileOf(key)), true, { id: "save" });

async function handOver(state, box, key) {
  try {
    box.share = box.share || (await decrypt(box, key));
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    state.fault = fault;
    return show(files(state));
  }
  return show(() => [
    _("合计已经解出"),
    make("p", { class: "small muted" }, box.checked.title, " · ", box.checked.description),
    box.forgotten ? note("warn", FORGETS()) : null,
    box.forgotten ? make("div", { class: "actions" }, newFile(key)) : null,
    note("warn", _("还差一步：把这一份存成文件，交给组织者。")),
    make(
      "div",
      { class: "actions" },
      button(_("存我的一份"), () => save(shareName(box), box.share), false, { id: "save-share" }),
      box.forgotten ? null : newFile(key),
      button(_("下一个票箱"), () => show(files({})), true),
    ),
    say(_("新的钥匙文件记着已经打开过这个票箱，请用它换掉旧的。")),
    say(_("钥匙核对码")),
    fingerprintLine(nameOf(key)),
  ]);
}
