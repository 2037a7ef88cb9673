// Making elements: text goes in as text, never as markup.

/** An element; `on…` attributes are listeners, true is an empty attribute, false and null are none. */
export function make(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value || value === 0) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null));
  return node;
}

/** A paragraph. */
export function say(...children) {
  return make("p", null, ...children);
}

/** A button; `plain` for what is not the one main act. */
export function button(text, act, plain, more) {
  return make("button", { type: "button", class: plain && "plain", onclick: act, ...more }, text);
}
