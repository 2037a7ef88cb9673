// The receipt: that the ballot is in the box, never what is in it.
import { make, say } from "./nodes.js";
import { qrCode } from "./qr.js";
import { _ } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

/** The QR code as a picture with four modules of quiet around; null for an address that is too long for one. */
function picture(text) {
  const rows = qrCode(text);
  if (!rows) return null;
  const room = rows.length + 8;
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + 4} ${y + 4}h1v1h-1z` : ""))).join("");
  const draw = (name, values) => {
    const node = document.createElementNS(SVG, name);
    for (const key in values) node.setAttribute(key, values[key]);
    return node;
  };
  const image = draw("svg", { viewBox: `0 0 ${room} ${room}`, role: "img", "aria-label": _("查验用的二维码") });
  image.append(draw("path", { d: path }));
  return image;
}

/** A tracker for reading aloud and copying by hand. */
export function inGroups(tracker) {
  return make("p", { class: "code" }, tracker.match(/.{1,4}/g).map((part) => make("span", null, part)));
}

/** What the voter takes away. */
export function receipt(panel, tracker, next) {
  const address = `${location.origin}/check/${panel}#${tracker.replace(/\+/g, "-").replace(/\//g, "_")}`;
  return [
    say(_("您的票在票箱里了。这部手机已经核对过票箱的签名。")),
    next(),
    make("h3", null, _("选票查验码")),
    inGroups(tracker),
    picture(address),
    say(_("想查验的，可以抄下或拍下。关箱以后用它看您的票在不在，它不显示您选了什么。")),
  ];
}
