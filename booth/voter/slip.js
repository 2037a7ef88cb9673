// A slip without its code in the address: the place to type it.
import { readCode } from "../protocol/credential.js";
import { asPrinted, wrongGroups } from "../protocol/typed_code.js";
import { make, say } from "./nodes.js";
import { _, fill } from "./words.js";

/** Ask for the next slip; `trouble` is said above, `open(code)` is called with a code that can be right. */
export function slip(trouble, open) {
  const fault = make("p", { class: "bad", id: "fault", role: "alert" }, trouble || "");
  const input = make("input", {
    id: "code", autocomplete: "off", autocapitalize: "off", autocorrect: "off", spellcheck: "false", maxlength: 40, "aria-describedby": "fault",
  });
  const submit = (event) => {
    event.preventDefault();
    const wrong = wrongGroups(input.value);
    if (!wrong.length) return open(readCode(asPrinted(input.value)));
    fault.textContent = input.value.trim() ? fill(_("第 %(groups)s 组不对。请对照票上再看一遍，大小写要一样。"), { groups: wrong.join(_("、")) }) : _("请输入投票码。");
    input.setAttribute("aria-invalid", "true");
    return input.focus();
  };
  return [
    fault,
    make(
      "form",
      { autocomplete: "off", onsubmit: submit },
      make("label", { for: "code" }, _("不能扫码，就在这里输入投票码：")),
      input,
      make("button", null, _("打开选票")),
    ),
    say(make("a", { href: "/" }, _("另一场测评"))),
  ];
}
