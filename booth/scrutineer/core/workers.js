// Checking ballots in workers: the same code in several threads. Where workers cannot run, the ballots come back unchecked and are checked here.
import { checkAnswer, checkSignature, readBallot, withTable } from "./ballot.js";
import { breathing } from "./breath.js";
import { readPoint } from "./group.js";
import { Refused } from "./refused.js";

/** What a worker's script calls with `self`: answers each ballot with its refusal, or null where it is good. */
export function serveBallots(scope) {
  let election = null;
  scope.onmessage = ({ data }) => {
    if (data.election) {
      election = withTable({ ...data.election, key: readPoint(data.election.keyText) });
      return;
    }
    let refused = null;
    try {
      const ballot = readBallot(election, data.raw);
      checkSignature(ballot);
      election.questions.forEach((_, at) => checkAnswer(election, ballot, at));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refused = { code: error.code, detail: error.detail };
    }
    scope.postMessage({ at: data.at, refused });
  };
}

/**
 * Check ballots in workers; `done(at)` after each good one, Refused for the first that answers badly. Gives the indexes of ballots that no worker
 * answered for.
 */
export function checkInWorkers({ workers, start }, { phi, uuid, keyText, questions }, raws, done) {
  const open = new Set(raws.keys());
  let next = 0;
  const running = [];
  const one = () =>
    new Promise((finish, refuse) => {
      let worker = null;
      try {
        worker = start();
      } catch {
        finish();
        return;
      }
      running.push(worker);
      const give = () => {
        if (next === raws.length) finish();
        else worker.postMessage({ at: next, raw: raws[next++] });
      };
      worker.onerror = (event) => {
        event.preventDefault?.();
        finish();
      };
      worker.onmessage = ({ data: { at, refused } }) => {
        if (refused) {
          refuse(new Refused(refused.code, refused.detail));
          return;
        }
        open.delete(at);
        done(at);
        give();
      };
      worker.postMessage({ election: { phi, uuid, keyText, questions } });
      give();
    });
  return Promise.all(Array.from({ length: Math.min(workers, raws.length) }, one))
    .then(() => [...open])
    .finally(() => running.forEach((worker) => worker.terminate()));
}

/** Check one ballot here; gives its ciphertexts as points, question by question. */
export async function checkBallot(election, ballot, breathe = breathing()) {
  checkSignature(ballot);
  const found = [];
  for (const at of election.questions.keys()) {
    found.push(checkAnswer(election, ballot, at));
    await breathe();
  }
  return found;
}
