// Ballots: reading and checking (belenios/ballot.py, answers.py, proofs.py; specification 4.11-4.13, 4.16, 4.17).
//
// A commitment is base^response times claim^challenge for each half of a claimed ciphertext. What costs is the claim's power; so the powers of one
// point by all challenges that ask for it are made at once, together with the power by q that tells whether the point is in the group, and
// beta / g^M to the challenge is beta to it times g^(-M challenge), which the table of g has.
import { powers, powersOfMember, sum, tableOf, timesPower } from "./curve.js";
import { baseTable, compactHash, curvePoint, hashToScalar, isPointText, isScalar, modulo, writePoints } from "./group.js";
import { canonical, decode, hasKeys } from "./json.js";
import { Refused } from "./refused.js";
import { isUuid } from "./setup.js";

const HASH = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]$/; // base64 of 32 bytes in its one spelling, "=" left out
const PAIRS = 2; // of a 0/1 proof and of a blank proof

const isPair = (value) => hasKeys(value, "challenge", "response") && isScalar(value.challenge) && isScalar(value.response);
const isProof = (value) => Array.isArray(value) && value.every(isPair);
const isCipher = (value) => hasKeys(value, "alpha", "beta") && isPointText(value.alpha) && isPointText(value.beta);

function isAnswer(value) {
  const keys = ["choices", "individual_proofs", "overall_proof"];
  return (
    (hasKeys(value, ...keys) || (hasKeys(value, ...keys, "blank_proof") && isProof(value.blank_proof))) &&
    Array.isArray(value.choices) &&
    value.choices.every(isCipher) &&
    Array.isArray(value.individual_proofs) &&
    value.individual_proofs.every(isProof) &&
    isProof(value.overall_proof)
  );
}

function isBallot(value) {
  return (
    hasKeys(value, "election_uuid", "election_hash", "credential", "answers", "signature") &&
    isUuid(value.election_uuid) &&
    HASH.test(value.election_hash) &&
    isPointText(value.credential) &&
    Array.isArray(value.answers) &&
    value.answers.every(isAnswer) &&
    hasKeys(value.signature, "hash", "proof") &&
    HASH.test(value.signature.hash) &&
    isPair(value.signature.proof)
  );
}

function fits({ blank, min, max, width }, answer) {
  const { choices, individual_proofs: individual, overall_proof: overall, blank_proof: empty } = answer;
  return (
    choices.length === width &&
    individual.length === width &&
    individual.every((proof) => proof.length === PAIRS) &&
    overall.length === max - min + 1 + blank &&
    (blank ? empty?.length === PAIRS : empty === undefined)
  );
}

/** Read a ballot of an election: form, election, shape; nothing in it has been proved yet. Throws Refused. */
export function readBallot(election, raw) {
  const where = { tracker: compactHash(raw) };
  let found = null;
  try {
    found = canonical(raw, isBallot);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Refused("ballot_form", where);
  }
  const { election_uuid: uuid, election_hash: phi, credential, answers, signature } = found;
  if (uuid !== election.uuid || phi !== election.phi) throw new Refused("ballot_election", where);
  const { questions } = election;
  if (answers.length !== questions.length || !questions.every((question, at) => fits(question, answers[at]))) throw new Refused("ballot_form", where);
  // what is signed is the canonical text without the signature
  const end = `,"signature":${JSON.stringify(signature)}}`;
  const body = decode(raw).slice(0, -end.length) + "}";
  return { ...where, credential, answers, signature, bodyHash: compactHash(new TextEncoder().encode(body)) };
}

/** The ciphertexts of a ballot's question as points [alpha, beta] of the curve; throws where one is none. */
export function ciphersOf(ballot, at) {
  return ballot.answers[at].choices.map(({ alpha, beta }) => [curvePoint(alpha) ?? fail(ballot), curvePoint(beta) ?? fail(ballot)]);
}

function fail({ tracker }, question) {
  throw new Refused("ballot_proofs", { tracker, question });
}

/** Check a ballot's signature (4.16); throws Refused. */
export function checkSignature(ballot) {
  const { hash, proof } = ballot.signature;
  const point = curvePoint(ballot.credential);
  const power = point && powersOfMember(point, [BigInt(proof.challenge)]);
  if (!power || hash !== ballot.bodyHash) throw new Refused("ballot_signature", { tracker: ballot.tracker });
  const commitments = writePoints([timesPower(power[0], baseTable(), BigInt(proof.response))]);
  if (hashToScalar(`sig|${hash}|`, commitments) !== BigInt(proof.challenge)) throw new Refused("ballot_signature", { tracker: ballot.tracker });
}

/** The election with the table of its key, as `checkAnswer` needs it. */
export function withTable(election) {
  return { ...election, table: tableOf(election.key) };
}

/** Check all proofs of a ballot's question and give its ciphertexts as points (4.11.1, 4.12, 4.13); throws Refused. */
export function checkAnswer(election, ballot, at) {
  const question = election.questions[at];
  const answer = ballot.answers[at];
  const ciphers = ciphersOf(ballot, at);
  const texts = answer.choices.map(({ alpha, beta }) => `${alpha},${beta}`);
  const label = `${election.phi}|${ballot.credential}|`;
  const all = `${label}${texts.join(",")}|`;
  const chosen = [0, 1].map((half) => sum(ciphers.slice(question.blank ? 1 : 0).map((cipher) => cipher[half])));
  // a claim: which ciphertext (`chosen` is the last) holds which number
  const values = Array.from({ length: question.max - question.min + 1 }, (_, more) => ({ of: ciphers.length, value: question.min + more }));
  const blank = { of: 0, value: 1 };
  const proofs = answer.individual_proofs.map((pairs, of) => ({ prefix: `prove|${label}${texts[of]}|`, pairs, claims: [{ of, value: 0 }, { of, value: 1 }] }));
  if (question.blank) {
    proofs.push({ prefix: `bproof0|${all}`, pairs: answer.blank_proof, claims: [{ of: 0, value: 0 }, { of: ciphers.length, value: 0 }] });
    proofs.push({ prefix: `bproof1|${all}`, pairs: answer.overall_proof, claims: [blank, ...values] });
  } else {
    proofs.push({ prefix: `prove|${all}${writePoints(chosen).join(",")}|`, pairs: answer.overall_proof, claims: values });
  }
  const asked = [...ciphers, chosen].map(() => []);
  for (const { pairs, claims } of proofs) {
    claims.forEach((claim, place) => {
      claim.challenge = BigInt(pairs[place].challenge);
      claim.response = BigInt(pairs[place].response);
      asked[claim.of].push(claim);
    });
  }
  [...ciphers, chosen].forEach(([alpha, beta], of) => {
    const challenges = asked[of].map(({ challenge }) => challenge);
    // a sum of members is a member, and may be the identity
    const power = of === ciphers.length ? powers : (point, scalars) => powersOfMember(point, scalars) ?? fail(ballot, at);
    const [alphas, betas] = [power(alpha, challenges), power(beta, challenges)];
    asked[of].forEach((claim, place) => {
      timesPower(alphas[place], baseTable(), claim.response);
      timesPower(betas[place], election.table, claim.response);
      timesPower(betas[place], baseTable(), modulo(-claim.challenge * BigInt(claim.value)));
      claim.commitments = [alphas[place], betas[place]];
    });
  });
  const commitments = writePoints(proofs.flatMap(({ claims }) => claims.flatMap((claim) => claim.commitments)));
  for (const { prefix, claims } of proofs) {
    const total = modulo(claims.reduce((sumSoFar, { challenge }) => sumSoFar + challenge, 0n));
    if (hashToScalar(prefix, commitments.splice(0, 2 * claims.length)) !== total) fail(ballot, at);
  }
  return ciphers;
}
