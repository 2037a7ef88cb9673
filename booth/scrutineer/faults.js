// What went wrong, in sentences that say what to do.
import { _, fill } from "./frame.js";

/** The sentence for a `Refused`. The server's own sentence is taken where this page has no better one. */
export function sentence(fault) {
  const own = SENTENCES[fault.code];
  if (own) return fill(own(), words(fault.detail));
  if (fault.detail.message) return fault.detail.message;
  if (CHECKS[fault.code]) return fill(_("档案没有通过核对：%(check)s。请不要打开合计，告诉监督的人。"), { check: CHECKS[fault.code]() });
  return _("服务器出了问题，没有办成。请过一会儿再试；还不行，请告诉组织者。");
}

const words = (detail) => ({ ...detail, groups: (detail.groups || []).join(_("、")) });

const SENTENCES = {
  network: () => _("网络不通，没有办成。这里的东西都还在，请连上网络再试一次。"),
  no_code: () => _("照片里没有找到二维码。请对准、放平、光线亮一些，再拍一张；也可以照着纸输入八组字。"),
  no_camera: () => _("相机打不开。请允许使用相机，或者选一张照片，也可以照着纸输入八组字。"),
  // keys
  trustee_key_file: () => _("这不是钥匙文件，或者损坏了。请换一个文件，或者用备份。"),
  backup_length: () => _("备份应有 %(wanted)s 个字符，现在是 %(found)s 个。请照着纸再输一遍。"),
  backup_damaged: () => _("备份的第 %(groups)s 组不对。请照着纸核对这几组。"),
  backup_value: () => _("这不是一把钥匙的备份。请核对拿的是哪张纸。"),
  backup_differs: () => _("这是另一把钥匙的备份。请核对拿的是哪张纸、哪个文件。"),
  unconfirmed: () => _("这个钥匙文件是备份读回来核对以前存的，不是这场测评的钥匙，不能用。请换一个文件，或者用备份。"),
  not_of_this_poll: () =>
    _("这把钥匙（核对码 %(fingerprint)s）不是这场测评的。请核对拿的是哪把钥匙，打开的是哪场测评的网址。没有动用它。"),
  // handing in a key
  link_ended: () => _("这个链接已经用过，或者换了新的。请向组织者要一个新的链接。"),
  link_late: () => _("票箱已经打开，这场测评不能再加钥匙。请告诉组织者。"),
  // the opening record and the archive
  poll_unknown: () => _("没有这场测评。请核对网址，或者向组织者要新的链接。"),
  record_unreadable: () => _("开箱记录读不懂，文件可能损坏了。请重新取一份。"),
  record_signature: () => _("开箱记录的签名不对，可能被改动过。请不要打开合计，告诉监督的人。"),
  record_other: () => _("开箱记录和档案不是同一个票箱的。请重新取文件；还是这样，请不要打开合计，告诉监督的人。"),
  returned_differs: () =>
    _("档案里有 %(found)s 张票，服务器说收回 %(said)s 张。请不要打开合计，告诉监督的人。"),
  record_changed: () => _("开箱记录和这部手机以前看到的不一样。请不要打开合计，告诉监督的人。"),
  unreadable: () => _("档案读不懂，可能没有下载完整。请重新取一次；还是这样，请不要打开合计，告诉监督的人。"),
  not_closed: () => _("票箱还没有关。关箱以后再来。"),
  annulled: () => _("本场测评已作废，票箱不会打开，也不需要钥匙。"),
  // using the key
  foreign_key: () => _("这把钥匙不是这个票箱的。请核对拿的是哪把钥匙。没有动用它。"),
  threshold_key: () => _("这是门限密钥，这一页不能用。请用命令行程序。"),
  already_opened: () => _("这个票箱已经开过，不需要钥匙了。"),
  already_decrypted: () => _("这把钥匙的一份已经在档案里，不用再交。"),
  too_few_ballots: () => _("只有 %(ballots)s 张票，少于规定的 %(minimum)s 张，这个票箱不能打开。没有动用钥匙。"),
  decrypted_other: () =>
    _("这把钥匙已经为同一个票箱解过另一份档案，不再解第二份。请不要用别的办法再解，告诉监督的人：档案为什么变了？"),
  fault: () => _("算出的一份自己没有通过检查，已经丢掉。请换一部手机或电脑再试。"),
  state_needed: () => _("这场测评现在不用钥匙：可能已经计票，也可能已作废。请重新打开这个网址看一看。"),
  not_levelled: () => _("服务器正忙，这一份还没有收下。请过一分钟再交一次。"),
  share_false: () => _("服务器检查这一份没有通过，可能在路上被改动了。请再试一次；还不行，存成文件交给组织者。"),
};

// which check an archive failed, by the verifier's names
const CHECKS = {
  header: () => _("文件开头不对"),
  tar_bytes: () => _("文件的字节不合规定"),
  entry_hashes: () => _("有一项内容和它的编号不符"),
  event_form: () => _("记录的写法不合规定"),
  event_order: () => _("记录的次序不对"),
  event_chain: () => _("记录前后接不上，有增删"),
  event_data: () => _("记录缺少内容"),
  outside_group: () => _("有一个数不在规定的范围里"),
  malformed: () => _("钥匙的公开部分写法不合规定"),
  false_proof: () => _("钥匙的公开部分证明不成立"),
  repeated_key: () => _("有一把钥匙出现了两次"),
  setup_hash: () => _("票箱的设置和开箱记录不一样"),
  election: () => _("选票的题目不合规定"),
  trustees: () => _("钥匙的名单不合规定"),
  election_key: () => _("票箱的锁和钥匙的名单对不上"),
  credentials: () => _("票号的名单不合规定"),
  ballot_form: () => _("有一张票的写法不合规定"),
  ballot_election: () => _("有一张票是别的票箱的"),
  ballot_credential: () => _("有一张票的票号不在名单上"),
  ballot_once: () => _("有一个票号投了两次"),
  ballot_signature: () => _("有一张票的签名不对"),
  ballot_proofs: () => _("有一张票的证明不成立"),
  tally_count: () => _("合计的张数不对"),
  tally_sum: () => _("合计和一张张加起来的不一样"),
  decryption_owner: () => _("有一份解密不知道是谁的"),
  decryption_form: () => _("有一份解密的写法不合规定"),
  decryption_proof: () => _("有一份解密的证明不成立"),
};
