// The key holder's page: served for one poll, downloaded as a file, and run once more by its own workers.
import { closing } from "./closing.js";
import { serveBallots } from "./engine.js";
import { languages } from "./frame.js";
import { invited } from "./inviting.js";
import { unfinished } from "./memory.js";
import { offline } from "./offline.js";
import { poll } from "./server.js";

function begin() {
  languages();
  if (!poll) return offline();
  const token = location.hash.slice(1);
  // the link works for who has it: it does not stay in the address, the history or a picture of the screen
  if (token) history.replaceState(null, "", location.pathname + location.search);
  const waiting = token || unfinished(poll)?.token;
  return waiting ? invited(waiting, !token) : closing();
}

if (typeof document === "undefined") serveBallots(self);
else {
  // a link opened where its page already is changes the fragment alone
  addEventListener("hashchange", () => location.hash && location.reload());
  begin();
}
