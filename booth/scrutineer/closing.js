// The page without a link: before closing it says when to come back; after closing it takes the key, checks every box, opens the sums once
// and hands the shares in. A share that could not be handed in stays until it is.
import { Refused } from "./core/index.js";
import { demandConfirmed, fileOf, nameOf } from "./engine.js";
import { sentence } from "./faults.js";
import { _, button, fill, fingerprintLine, make, note, save, say, show } from "./frame.js";
import { fileName } from "./inviting.js";
import { keyInput } from "./key_input.js";
import { noteSetup, setupSeen } from "./memory.js";
import { allAgreed, check, decrypt, findings, noted, readRecord, watchProgress } from "./opening_box.js";
import { archive, handInShare, opening, readWork } from "./server.js";

const EARLY = ["draft", "printed"];
const DUE = ["closed", "tallied"];

/** Look how far the poll is, and show what there is to do. */
export async function closing() {
  show(() => [_("正在打开…")]);
  const state = { work: null, boxes: [], fault: null };
  try {
    state.work = await readWork();
    if (state.work.state === "open") await noteSetups(state);
  } catch (fault) {
    return show(troubled(fault, closing));
  }
  return show(viewOf(state));
}

function viewOf(state) {
  const { work } = state;
  if (work.state === "annulled") return plain(work, _("本场测评已作废"), () => sentence(new Refused("annulled")));
  if (EARLY.includes(work.state)) return early(state);
  if (work.state === "open") return voting(state);
  if (!DUE.includes(work.state)) return plain(work, _("合计已经打开"), () => _("钥匙用完了，不用再来。结果见公示。请保管好钥匙，过了异议期再销毁。"));
  if (!work.panels.length) return plain(work, _("没有要打开的票箱"), () => _("收回的票不够，按办法都不打开。您不用拿出钥匙。"));
  return askKey(state);
}

const mark = (work) =>
  make("p", { class: "small muted" }, work.title, " ", work.rehearsal ? make("span", { class: "mark" }, _("演练")) : "");

// languages are switched by showing a view again, so sentences are made within it
const plain = (work, title, text) => () => [title, mark(work), say(text()), reload()];

const reload = () => make("div", { class: "actions" }, button(_("再看一次"), closing, true, { id: "reload" }));

const troubled = (fault, retry) => {
  if (!(fault instanceof Refused)) throw fault;
  return () => [
    _("没有办成"),
    note("bad", sentence(fault)),
    make("div", { class: "actions" }, button(_("再试一次"), retry, false, { id: "retry" })),
  ];
};

const keyList = (work) =>
  make(
    "ul",
    { class: "cards" },
    ...work.keys.map((key) => make("li", null, make("h3", null, key.name || kind(key)), make("p", { class: "code" }, key.fingerprint))),
  );

const kind = (key) =>
  ({ server: () => _("服务器的钥匙"), rehearsal: () => _("演练用的钥匙（在服务器上）"), brought: () => _("保管人的钥匙") })[key.origin]();

const early = ({ work }) => () => [
  _("还没有开始投票"),
  mark(work),
  say(_("现在不用钥匙。关箱以后，请带上钥匙文件或备份，再打开这个网址。")),
  say(_("如果您要做钥匙，请打开组织者给您的链接，或者扫组织者屏幕上的二维码。")),
  work.keys.length ? make("h2", null, _("已经收到的钥匙")) : null,
  work.keys.length ? keyList(work) : null,
  reload(),
];

async function noteSetups(state) {
  for (const panel of state.work.all_panels) {
    const record = readRecord(await opening(panel));
    if (setupSeen(record.panel, record.setup) === "new") noteSetup(record.panel, record.setup);
    state.boxes.push({ record, seen: setupSeen(record.panel, record.setup) });
  }
}

const voting = ({ work, boxes }) => () => [
  _("正在投票，钥匙先收好"),
  mark(work),
  boxes.some((box) => box.seen === "other") ? note("bad", sentence(new Refused("record_changed"))) : null,
  say(_("关箱以后，请带上钥匙文件或备份，再打开这个网址。")),
  make("h2", null, _("这场测评的钥匙")),
  say(_("看一看：您的核对码在不在？")),
  keyList(work),
  make("h2", null, _("票箱的开箱核对码")),
  say(
    boxes.some((box) => box.seen === "new")
      ? _("这部设备记不住它们，关箱以后要您自己填：请都抄在备份纸上。")
      : _("这部设备记住了它们，关箱以后会核对。换一部设备就要您自己填，请也抄在备份纸上。"),
  ),
  make("ul", { class: "cards" }, ...boxes.map(({ record }) => make("li", null, make("h3", null, record.panelTitle), make("p", { class: "code" }, noted(record.setup))))),
  reload(),
];

const askKey = (state) => {
  const view = () => [
    _("关箱了，请拿出您的钥匙"),
    mark(state.work),
    say(_("钥匙只在这部设备上用，不会传出去。先核对票箱里的每一张票，您看过张数、同意了，才打开合计，只打开一次。")),
    ...keyInput(state, (key) => take(state, key), view),
  ];
  return view;
};

async function take(state, key) {
  const fingerprint = nameOf(key);
  const mine = state.work.keys.find((known) => known.fingerprint === fingerprint);
  demandConfirmed(key, mine);
  if (!mine) throw new Refused("not_of_this_poll", { fingerprint });
  state.key = key;
  state.due = state.work.panels.filter((panel) => !panel.owners.includes(mine.owner));
  if (!state.due.length) return show(already(state.work));
  return checkAll(state);
}

const already = (work) => () => [
  _("您这把钥匙已经交过了"),
  mark(work),
  note("good", _("每个票箱都收到了您的一份，不用再做什么。")),
];

async function checkAll(state) {
  state.boxes = [];
  for (const panel of state.due) {
    const progress = watchProgress(_("正在核对票箱"), `${state.work.title} · ${panel.title}`);
    try {
      const box = await check({ record: await opening(panel.uuid), archive: await archive(panel.uuid) }, state.key, progress);
      if (box.record.panel !== panel.uuid) throw new Refused("record_other");
      if (box.checked.ballots !== panel.returned) throw new Refused("returned_differs", { found: box.checked.ballots, said: panel.returned });
      state.boxes.push(box);
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      return show(refused(state, panel, fault));
    }
  }
  return show(found(state));
}

const refused = (state, panel, fault) => () => [
  _("没有动用钥匙"),
  mark(state.work),
  make("p", null, make("strong", null, panel.title)),
  note("bad", sentence(fault)),
  make(
    "div",
    { class: "actions" },
    button(_("再核对一次"), () => checkAll(state), false, { id: "retry" }),
    button(_("换一把钥匙"), closing, true),
  ),
];

const found = (state) => () => [
  _("核对无误，请看张数"),
  mark(state.work),
  say(_("请与收回的票数核对：和您在现场看到的一样吗？")),
  make("ul", { class: "cards" }, ...state.boxes.map(findings)),
  make(
    "div",
    { class: "actions" },
    button(_("一样，打开合计"), () => handIn(state), false, { id: "agree", disabled: !allAgreed(state.boxes) }),
    button(_("不一样"), () => show(disagree(state)), true, { id: "disagree" }),
  ),
];

const disagree = (state) => () => [
  _("请先不要打开"),
  mark(state.work),
  note("warn", _("张数不对，就不要用钥匙。请告诉监督的人，当面查清发了多少张、收回多少张。少了您这把钥匙，谁也打不开。")),
  make("div", { class: "actions" }, button(_("回去看张数"), () => show(found(state)), true)),
];

async function handIn(state) {
  show(() => [_("正在打开合计…"), mark(state.work), say(_("请不要关掉这一页。"))]);
  await new Promise((drawn) => setTimeout(drawn, 50)); // the sums take a moment: let the view be seen first
  try {
    for (const box of state.boxes) {
      box.share = box.share || (await decrypt(box, state.key));
    }
    // remembered before anything leaves: where the device can't, its holder is asked to
    if (!state.told && state.boxes.some((box) => box.forgotten)) return show(forgetful(state));
    for (const box of state.boxes) {
      if (!box.in) await handInShare(box.share);
      box.in = true;
    }
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    return show(stuck(state, fault));
  }
  return show(done(state));
}

const forgetful = (state) => () => [
  _("这部设备记不住打开过什么"),
  mark(state.work),
  note("warn", FORGETS()),
  make(
    "div",
    { class: "actions" },
    button(_("存新的钥匙文件"), () => save(fileName(state.key), fileOf(state.key)), false, { id: "save" }),
    button(_("往下，交上去"), () => ((state.told = true), handIn(state)), true, { id: "hand-in" }),
  ),
];

/** What is said where a browser keeps nothing. */
export const FORGETS = () =>
  _("浏览器不让这一页记东西，合计打开过也记不住：谁拿另一份档案来，这把钥匙就可能再解一次。请先存一份新的钥匙文件，里面记着打开过哪个票箱，以后只用它。");

const stuck = (state, fault) => () => [
  _("合计已经解出，还没有交上去"),
  mark(state.work),
  note("bad", sentence(fault)),
  make(
    "div",
    { class: "actions" },
    button(_("再交一次"), () => handIn(state), false, { id: "retry" }),
    ...state.boxes
      .filter((box) => box.share && !box.in)
      .map((box) => button(fill(_("存成文件交给组织者：%(panel)s"), { panel: box.checked.description }), () => save(shareName(box), box.share), true)),
  ),
];

export const shareName = ({ record, checked }) => `${record.panel}.${checked.owner}.decryption.json`;

// a key that was typed from its paper is not put into a file unasked
const ofFile = (key) => "confirmed" in key;

const done = (state) => () => [
  _("交好了，谢谢您"),
  mark(state.work),
  note("good", _("您的一份已经交上去。所有钥匙都到齐以后，才数得出结果。")),
  say(fill(_("打开了 %(number)s 个票箱的合计，单张票没有打开。"), { number: state.boxes.length })),
  say(_("钥匙核对码")),
  fingerprintLine(nameOf(state.key)),
  say(_("请把钥匙和备份保管到过了异议期，再当着两个人的面销毁。")),
  ofFile(state.key) && say(_("钥匙文件里可以记下已经打开过哪个票箱，以后谁拿另一份档案来，都不会再解。要记，请存一份新的，换掉旧的。")),
  ofFile(state.key) && make("div", { class: "actions" }, button(_("存新的钥匙文件"), () => save(fileName(state.key), fileOf(state.key)), true, { id: "save" })),
];
