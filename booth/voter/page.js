// The voter's page: which screen is shown, and what leads from one to the next.
//
// * The slip's code is taken out of the address at once and kept until its ballot is cast; choices are in this page's memory alone.
// * Sealing consumes the preparation. From then on there are only these bytes: kept, sent, sent again, and wiped when the box has them
//   or has refused them and the next voter comes.
import { readCode } from "../protocol/credential.js";
import { ask, deliver } from "./delivery.js";
import { form, review } from "./form.js";
import { keep, lasting, recall } from "./memory.js";
import { button, make, say } from "./nodes.js";
import { news, note, trouble } from "./notes.js";
import { inGroups, receipt } from "./receipt.js";
import { slip } from "./slip.js";
import { start } from "./thread.js";
import { _, learn, speak } from "./words.js";

const EVERY = 8000; // ms between questions whether the box is open

/** Run the page; `source` is this script's text, for the worker. */
export function page(source) {
  const find = (id) => document.getElementById(id);
  const [main, live, lang] = ["main", "live", "lang"].map(find);
  const data = JSON.parse(find("data").textContent);
  const home = `/v/${data.panel}`;
  let tabs = { postMessage() {} };
  try {
    tabs = new BroadcastChannel("yipiao");
  } catch {
    // without it the box decides between two pages of one slip
  }
  let engine = null;
  let text = data.election; // the exact bytes, once the box is open
  let questions = [];
  let code = null;
  let point = null;
  let picks = [];
  let target = 0; // the subject to which the review leads back
  let queued = null; // scanned while another ballot is on its way
  let phase = ""; // the screen
  let draw = () => [];
  let said = null;

  /** Show a screen: `make` gives [heading, ...content] and is asked again when the language changes. */
  function show(name, content) {
    phase = name;
    draw = content;
    tell(null);
    paint();
    scrollTo(0, 0);
    main.firstChild.focus({ preventScroll: true });
  }

  function paint() {
    const [heading, ...rest] = draw();
    main.textContent = "";
    main.append(make("h2", { tabindex: -1 }, heading), ...rest.flat());
    lang.hidden = !!data.one;
    lang.textContent = document.documentElement.lang === "en" ? "中文" : "English";
    live.textContent = said ? news(said) : "";
  }

  function tell(what) {
    said = what;
    live.textContent = said ? news(said) : "";
  }

  function state(name, ...more) {
    show(name, () => {
      const [heading, sentence] = note(name);
      return [heading, say(sentence), ...more.map((one) => one())];
    });
  }

  /** Nothing of this voter stays: not in storage, not in memory, not in the worker. */
  function wipe() {
    keep(null);
    if (engine) engine.stop();
    engine = code = point = null;
    picks = [];
  }

  const next = (plain) => button(_("下一位"), () => (queued ? open(queued) : askSlip()), plain);

  function askSlip(why) {
    wipe();
    show("slip", () => [_("请扫票上的二维码"), slip(why && trouble(why), open)]);
  }

  function open(fresh) {
    wipe();
    queued = null;
    if (data.state === "closed") return state("closed");
    code = fresh;
    keep({ panel: data.panel, code });
    if (text) vote();
    else wait();
    setTimeout(() => {
      // after the form is painted
      if (code !== fresh) return;
      lookUp(fresh);
      if (text) prepare();
    }, 30);
  }

  /** Ask whether the slip is known and unused. Without network the box will say so later. */
  async function lookUp(own) {
    engine = engine || start(source);
    const found = await engine.call("point", own, data.panel);
    if (code !== own) return;
    point = found;
    tabs.postMessage(["who", point]);
    const answer = await ask(`${home}/credentials/${point}`).catch(() => ({}));
    if (code !== own || !["vote", "review", "early", "elsewhere"].includes(phase)) return;
    if (answer.status === 409) {
      wipe();
      state("cast", next);
    } else if (answer.status === 404 && answer.text.includes("unknown")) askSlip("foreign");
  }

  tabs.onmessage = ({ data: [what, whose, sealed] }) => {
    if (!point || whose !== point) return;
    if (phase === "sending") what === "here" || tabs.postMessage(["here", point, true]);
    else if (sealed) {
      wipe(); // its ballot is on its way from there
      state("away");
    } else if (!["vote", "review"].includes(phase)) return;
    else if (what === "who") tabs.postMessage(["here", point]);
    else {
      picks = [];
      state("elsewhere", () =>
        button(_("在这里继续"), () => {
          tabs.postMessage(["leave", point]);
          vote();
          prepare();
        }),
      );
    }
  };

  function prepare() {
    engine = engine || start(source);
    engine.call("prepare", text, code).then(
      () => performance.mark("prepared"),
      () => {}, // sealing will try again, and say so
    );
  }

  function vote(at) {
    questions = JSON.parse(text).questions;
    show("vote", () => [
      _("请选择"),
      lasting ? "" : say(_("这个浏览器不让网页记东西：投完以前，请不要关闭或刷新这一页。")),
      form(questions, picks, check),
    ]);
    if (at >= 0) {
      const group = main.querySelectorAll("fieldset")[at];
      group.scrollIntoView();
      group.querySelector(":checked").focus({ preventScroll: true });
    }
  }

  function check() {
    history.pushState(1, ""); // so that the phone's back button leads back to the choices
    target = 0;
    const back = (at) => {
      target = at;
      history.back();
    };
    show("review", () => [_("请核对"), review(questions, picks, back, cast)]);
  }

  async function cast() {
    if (phase !== "review") return; // a second tap
    performance.mark("tap");
    phase = "sending";
    // the screen changes when the ballot is sealed: nothing is drawn in between, unless it was not prepared
    const slow = setTimeout(() => tell("sealing"), 100);
    try {
      engine = engine || start(source);
      const sealed = await engine.call("seal", text, code, picks);
      performance.mark("sealed");
      clearTimeout(slow);
      picks = [];
      send({ panel: data.panel, code, sealed });
    } catch {
      clearTimeout(slow);
      state("broken", next);
    }
  }

  /** Bring a sealed ballot to its box: from here on there are only these bytes. */
  async function send({ panel, code: own, sealed }) {
    const kept = { panel, code: own, sealed };
    keep(kept);
    point = JSON.parse(sealed.raw).credential;
    show("sending", () => [_("正在投票")]);
    tabs.postMessage(["here", point, true]);
    const { receipt: promise, refusal } = await deliver(`/v/${panel}`, sealed, tell);
    const { tracker } = sealed;
    if (refusal && !["already_cast", "box_closed", "unknown_credential", "unknown_panel", "wrong_election"].includes(refusal)) {
      keep({ ...kept, refused: true });
      return refused(kept);
    }
    engine = engine || start(source);
    const good = promise && (await engine.call("check", panel, tracker, promise, data.key));
    wipe();
    if (refusal === "already_cast") return state("taken", next);
    if (refusal === "box_closed") {
      if (panel === data.panel) data.state = "closed";
      return state("late", next);
    }
    if (refusal) return askSlip("foreign");
    if (!good) return state("doubt", () => inGroups(tracker), next);
    return show("done", () => ["✓ " + _("已收到"), receipt(panel, tracker, next)]);
  }

  /** Refused for a reason that should never be: the same bytes go again when somebody says so, or the next voter wipes them. */
  function refused(kept) {
    state("refused", () => [button(_("再送一次"), () => send(kept)), " ", next(true)]);
  }

  /** Not open yet: ask now and then, and at once when the page is looked at again. */
  async function wait() {
    const own = code;
    state("early");
    for (;;) {
      await new Promise((go) => {
        setTimeout(go, EVERY + 4000 * Math.random());
        document.addEventListener("visibilitychange", go, { once: true });
      });
      if (phase !== "early" || code !== own) return;
      if (document.hidden) continue;
      const { status, text: bytes } = await ask(`${home}/election.json`).catch(() => ({}));
      if (phase !== "early" || code !== own) return;
      if (status === 200) {
        text = bytes;
        if (!code) return askSlip();
        vote();
        return prepare();
      }
      if (status === 410 || status === 404) return location.reload();
    }
  }

  /** Look at the address and at what is kept, and take it from there. */
  function begin() {
    const fragment = location.hash.slice(1);
    const fresh = readCode(fragment);
    if (fragment) history.replaceState(null, "", location.pathname + location.search);
    const kept = recall();
    const sealed = kept && kept.sealed;
    if (sealed && kept.refused && fresh !== kept.code) fresh ? open(fresh) : refused(kept);
    else if (sealed || phase === "sending") {
      if (fresh !== kept.code) queued = fresh;
      if (phase !== "sending") send(kept);
      if (queued) tell("queued");
    } else if (data.state === "closed" || data.state === "annulled") {
      wipe();
      state(data.state);
    } else if (fragment && !fresh) askSlip("torn");
    else if (fresh) open(fresh);
    else if (kept && kept.panel === data.panel) open(kept.code);
    else if (text) askSlip();
    else wait();
  }

  learn(data.words);
  speak(document.documentElement.lang);
  lang.onclick = () => {
    speak(document.documentElement.lang === "en" ? "zh" : "en");
    paint();
  };
  addEventListener("popstate", () => phase === "review" && vote(target));
  addEventListener("hashchange", () => location.hash.length > 1 && begin());
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
  begin();
}
