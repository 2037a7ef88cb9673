// What survives a reload: the slip's code until it is cast, and a sealed ballot until the box has it. Nothing else, and nothing afterwards.
const NAME = "yipiao";
let held = null;

/** Whether a reload would find it again. */
export let lasting = true;

/** What is kept: `{panel, code, sealed}` or null. */
export function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(NAME)) || held;
  } catch {
    lasting = false;
    return held;
  }
}

/** Keep this; null wipes. */
export function keep(value) {
  held = value;
  try {
    if (value) sessionStorage.setItem(NAME, JSON.stringify(value));
    else sessionStorage.removeItem(NAME);
  } catch {
    lasting = false;
  }
}
