// The states in which there is nothing to choose: a heading and a plain sentence each.
import { _ } from "./words.js";

/** Heading and sentence of a state, in the reader's language. */
export function note(state) {
  return {
    early: () => [_("票箱还没有打开"), _("请等主持人宣布开始。开始以后，这一页会自己打开。")],
    cast: () => [_("这张票已经投好，请放心"), _("一张票只能投一次。如果不是您自己投的，请告诉监票人。")],
    closed: () => [_("票箱已经关闭"), _("不再收票了。")],
    late: () => [_("票箱已经关闭"), _("您的选票到得晚了，没有收进去。请告诉监票人。")],
    annulled: () => [_("本场测评已作废"), _("请听主持人安排。")],
    elsewhere: () => [_("这张票已经在另一页打开"), _("请回到那一页投票。找不到那一页，就在这里继续。")],
    refused: () => [_("票箱没有收下这张票"), _("请再送一次。还不行，就换一部手机或换一个浏览器，重新扫这张票。")],
    doubt: () => [_("回执核对不上"), _("票箱说收到了，但它的签名不对。请抄下选票查验码，告诉监票人。")],
    broken: () => [_("这个浏览器封不了选票"), _("还没有投出。请换一个浏览器，重新扫这张票。")],
  }[state]();
}

/** What is said while a ballot is on its way. */
export function news(what) {
  return {
    sealing: () => _("正在封票……"),
    sending: () => _("正在送进票箱……"),
    offline: () => _("没有网络。您的选票已经封好，一有网络就自己送出，只会投一次。请不要关闭这一页。"),
    busy: () => _("现在投票的人多，正在排队，轮到就自己送出。请不要关闭这一页。"),
    early: () => _("票箱还没有打开，打开以后自己送出。请不要关闭这一页。"),
    queued: () => _("上一张票还在路上。请等它送到，再投这一张。"),
  }[what]();
}

/** Why a slip can't be used. */
export function trouble(what) {
  return {
    torn: () => _("票上的二维码没有扫完整。请再扫一次，或者输入投票码。"),
    foreign: () => _("这张票不是这一组的，或者已经换了新票。请核对，或向工作人员换一张。"),
  }[what]();
}
