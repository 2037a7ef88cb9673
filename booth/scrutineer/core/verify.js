// The strict verifier of a closed box (belenios/verify.py): good, or the first check that failed. Ballots may stand in any order, but each
// credential has one: the protocol allows votes to be repeated, this verifier does not.
import { readArchive } from "./archive.js";
import { ciphersOf, readBallot, withTable } from "./ballot.js";
import { breathing } from "./breath.js";
import { basePower, writePoints } from "./group.js";
import { decode } from "./json.js";
import { fingerprint } from "./keys.js";
import { Refused } from "./refused.js";
import { readCredentials, readElection, readTrustees } from "./setup.js";
import { checkShare, emptyTally, withAnswer, writeTally } from "./tally.js";
import { checkBallot, checkInWorkers } from "./workers.js";

export const MINIMUM_BALLOTS = 5;
const INSIDE = new WeakMap();

/** What the verifier knows about an archive that it checked: only such an object is decrypted. */
export function inside(checked) {
  const found = INSIDE.get(checked);
  if (!found) throw new TypeError("not from checkArchive");
  return found;
}

/** Check the archive of a closed box completely, and that the key of `secret` is one of its keys; index.js says what goes in and comes out. */
export async function checkArchive(bytes, { secret, minimum, ...how }) {
  const [own] = writePoints([basePower(secret)]);
  const { facts, known } = await verifyBox(bytes, how, own);
  const checked = Object.freeze({ ...facts, owner: known.trustees.texts.indexOf(own) + 1, minimum: Math.max(MINIMUM_BALLOTS, minimum) });
  INSIDE.set(checked, known);
  return checked;
}

/** The same for who holds no key; `own` is a public key that has to be among the trustees'. */
export async function verifyBox(bytes, { setup, progress = () => {}, parallel = null }, own = null) {
  const breathe = breathing();
  const archive = readArchive(bytes);
  if (setup !== archive.setupHash) throw new Refused("setup_hash", { found: archive.setupHash });
  if (!archive.tally) throw new Refused("event_order", { why: "no EncryptedTally" });
  if (archive.opened) throw new Refused("already_opened");
  await breathe();
  const election = readElection(archive.election);
  const trustees = readTrustees(archive.trustees);
  if (trustees.product !== election.keyText) throw new Refused("election_key");
  // asked before the long work: a wrong key is the commonest mistake
  if (own !== null && !trustees.texts.includes(own)) throw new Refused("foreign_key");
  const credentials = await readCredentials(archive.credentials, breathe);
  const ballots = await readBallots(election, archive.ballots, credentials, breathe);
  const tally = await tallyOf(election, archive.ballots, ballots, { breathe, progress, parallel });
  if (archive.tally.counted.some((number) => number !== ballots.length)) throw new Refused("tally_count");
  if (decode(archive.tally.raw) !== writeTally(tally)) throw new Refused("tally_sum");
  const decryptedBy = archive.decryptions.map(({ owner }) => owner);
  if (new Set(decryptedBy).size !== decryptedBy.length) throw new Refused("decryption_owner");
  const known = { phi: election.phi, tally, trustees };
  for (const { owner, payload } of archive.decryptions) await checkShare(known, owner, payload, breathe);
  const { uuid, title, description, phi } = election;
  const keys = trustees.texts.map(fingerprint);
  return { known, facts: { uuid, title, description, phi, setup, ballots: ballots.length, keys, decryptedBy, tallyHash: archive.tally.hash } };
}

/** Read all ballots and make every check that costs little, before the first proof is looked at. */
async function readBallots(election, raws, credentials, breathe) {
  const spent = new Set();
  const ballots = [];
  for (const raw of raws) {
    const ballot = readBallot(election, raw);
    const { credential, tracker } = ballot;
    if (!credentials.has(credential)) throw new Refused("ballot_credential", { tracker });
    if (spent.has(credential)) throw new Refused("ballot_once", { tracker });
    spent.add(credential);
    ballots.push(ballot);
    await breathe();
  }
  return ballots;
}

/** Check every ballot and sum their ciphertexts. */
async function tallyOf(election, raws, ballots, { breathe, progress, parallel }) {
  const ready = withTable(election);
  let tally = emptyTally(election);
  let done = 0;
  const count = (ciphers) => {
    tally = tally.map((row, at) => withAnswer(row, ciphers[at]));
    done += 1;
    progress(done, ballots.length);
  };
  const here = (at) => count(election.questions.map((_, question) => ciphersOf(ballots[at], question)));
  const left = parallel ? await checkInWorkers(parallel, election, raws, here) : ballots.keys();
  for (const at of left) count(await checkBallot(ready, ballots[at], breathe));
  return tally;
}
