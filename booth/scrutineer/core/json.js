// Two ways of reading JSON, as belenios/encoding.py has them. `canonical`: the bytes must be what JSON.stringify would write again. `strict`: free
// spelling, but no doubled key, no fraction, nothing that two programs could read in two ways. Both throw SyntaxError and nothing else.
const DEPTH = 100;
const INTEGER = /-?(?:0|[1-9][0-9]*)/y;
const SPACE = /[ \t\n\r]*/y;
// no control character, no half of a surrogate pair
const TEXT = /"(?:[^"\\\u0000-\u001f\ud800-\udfff]|[\ud800-\udbff][\udc00-\udfff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/** The text of UTF-8 bytes; a byte order mark stays and is refused as no JSON. */
export function decode(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SyntaxError("not UTF-8");
  }
}

/** Read a message that must be its own canonical form, and have the shape that `fits(value)` says. */
export function canonical(bytes, fits) {
  const text = decode(bytes);
  const value = JSON.parse(text);
  // without doubled or misplaced keys, spaces or escapes: those would be written differently
  if (!fits(value) || JSON.stringify(value) !== text) throw new SyntaxError("not canonical");
  return value;
}

/** Whether a value is an object with exactly these keys in this order. */
export function hasKeys(value, ...keys) {
  return isObject(value) && Object.keys(value).join() === keys.join();
}

/** Whether a value is an object, neither null nor a list. */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value that `strict` gave is an object with all of the keys `needed` and no others but `allowed`, in any order. */
export function isMessage(value, needed, allowed = []) {
  return isObject(value) && needed.every((key) => key in value) && Object.keys(value).every((key) => [...needed, ...allowed].includes(key));
}

/** Whether a value is an integer that doubles hold exactly, from `least`. */
export function isWhole(value, least = 0) {
  return Number.isSafeInteger(value) && value >= least && !Object.is(value, -0);
}

/** Read freely spelled JSON strictly. Objects have no prototype. */
export function strict(text) {
  let at = 0;

  function match(pattern) {
    pattern.lastIndex = at;
    const [found] = pattern.exec(text) ?? [null];
    if (found !== null) at += found.length;
    return found;
  }

  function fail() {
    throw new SyntaxError(`no strict JSON at character ${at}`);
  }

  function take(character) {
    match(SPACE);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  }

  function string() {
    const value = JSON.parse(match(TEXT) ?? fail());
    // \u escapes can still make half a pair
    if (/[\ud800-\udbff](?![\udc00-\udfff])|(?:[^\ud800-\udbff]|^)[\udc00-\udfff]/.test(value)) fail();
    return value;
  }

  function value(depth) {
    if (depth > DEPTH) fail();
    if (take("{")) {
      const object = Object.create(null);
      if (take("}")) return object;
      do {
        match(SPACE);
        const key = string();
        if (key in object || !take(":")) fail();
        object[key] = value(depth + 1);
      } while (take(","));
      return take("}") ? object : fail();
    }
    if (take("[")) {
      const list = [];
      if (take("]")) return list;
      do list.push(value(depth + 1));
      while (take(","));
      return take("]") ? list : fail();
    }
    if (text[at] === '"') return string();
    for (const [word, meaning] of [["true", true], ["false", false], ["null", null]]) {
      if (text.startsWith(word, at)) {
        at += word.length;
        return meaning;
      }
    }
    // what follows the digits of a fraction or a power is refused by whoever reads on
    const whole = Number(match(INTEGER) ?? fail());
    return Number.isSafeInteger(whole) ? whole : fail();
  }

  const found = value(0);
  match(SPACE);
  return at === text.length ? found : fail();
}
