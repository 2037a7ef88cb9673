// One ballot, prepared before anything is chosen and sealed afterwards (docs/protocol.md section 4, law 13).
//
// * The prover knows every exponent, so each commitment is a fixed-base power and can be made before the choice.
// * Each proof says "this or that" and is prepared for both; `answer` gives one of them. Blinds serve both, so giving both would give
//   the exponent away: a preparation is consumed by `seal`, and nothing of it is ever stored or sent but the answers it gave.
// * After the choice: two hashes a question, multiplications modulo q, JSON, one signature.
import { basePoint, challenge, compact, mod, power, randomScalar, readPoint, tableOf, texts, utf8 } from "./group.js";
import { begun, sha256 } from "./hashes.js";

/** One half of a proof: challenge, and blind minus secret times challenge (the minus is the protocol's). */
function pair(blind, secret, number) {
  return { challenge: String(number), response: String(mod(blind - secret * number)) };
}

/**
 * A proof that one of two ciphertexts encrypts zero, prepared for either.
 *
 * `secrets`: their exponents. `signs[t]`: what the other ciphertext holds when claim t is true, 1 or -1. Gives the points, to be written
 * together with others, and `prove(t, prefix, points)`.
 */
function either({ base, key }, secrets, signs) {
  const blinds = [randomScalar(), randomScalar()];
  const chosen = [randomScalar(), randomScalar()]; // challenges of the claim that is simulated
  const honest = blinds.map((blind) => [power(base, blind), power(key, blind)]);
  const simulated = [0, 1].map((at) => power(base, BigInt(signs[1 - at]) * chosen[at], honest[at][1]));
  return {
    points: [...honest[0], ...honest[1], ...simulated],
    prove(claim, prefix, [a0, b0, a1, b1, s0, s1]) {
      const other = 1 - claim;
      const whole = challenge(prefix, claim ? [a0, s0, a1, b1] : [a0, b0, a1, s1]);
      const numbers = { [claim]: mod(whole - chosen[other]), [other]: chosen[other] };
      return [0, 1].map((at) => pair(blinds[at], secrets[at], numbers[at]));
    },
  };
}

/** One question: gives `answer(pick)` for pick 0 (blank), 1.. (the answers). */
function* question(tables, label, width) {
  const secrets = [];
  const points = [];
  const proofs = [];
  for (let at = 0; at < width; at += 1) {
    const secret = randomScalar();
    const proof = either(tables, [secret, secret], [-1, 1]);
    const masked = power(tables.key, secret);
    secrets.push(secret);
    proofs.push(proof);
    points.push(power(tables.base, secret), masked, power(tables.base, 1n, masked), ...proof.points);
    yield;
  }
  const sum = secrets.slice(1).reduce((one, other) => one + other);
  const blank = either(tables, [secrets[0], sum], [1, 1]);
  yield;
  const overall = either(tables, [secrets[0], sum], [-1, -1]);
  yield;
  const written = texts([...points, ...blank.points, ...overall.points]);
  yield;
  const choices = []; // of each choice: both ciphertexts with their proofs
  for (const proof of proofs) {
    const [alpha, zero, one, ...rest] = written.splice(0, 9);
    choices.push([zero, one].map((beta, value) => ({ cipher: { alpha, beta }, proof: proof.prove(value, `prove|${label}|${alpha},${beta}|`, rest) })));
    yield;
  }
  return (pick) => {
    const sealed = choices.map((both, at) => both[Number(at === pick)]);
    const name = `${label}|${sealed.map(({ cipher }) => `${cipher.alpha},${cipher.beta}`).join()}|`;
    const isBlank = Number(pick === 0);
    return {
      choices: sealed.map(({ cipher }) => cipher),
      individual_proofs: sealed.map(({ proof }) => proof),
      overall_proof: overall.prove(1 - isBlank, `bproof1|${name}`, written.slice(6)),
      blank_proof: blank.prove(isBlank, `bproof0|${name}`, written),
    };
  };
}

/**
 * Prepare one ballot: a generator, so that a page without worker can go on in slices. Returns `{credential, seal}`.
 *
 * `seal(picks)` (per question 0 for blank, 1.. for an answer) gives `{raw, tracker}` once; a second call throws.
 */
export function* prepare({ uuid, fingerprint, key, questions }, secret, base) {
  yield; // the election was read before
  const tables = { base, key: yield* tableOf(readPoint(key)) };
  const blind = randomScalar();
  const [credential, commitment] = texts([power(base, secret), power(base, blind)]);
  let answers = [];
  for (const { answers: options } of questions) {
    answers.push(yield* question(tables, `${fingerprint}|${credential}`, options.length + 1));
  }
  const seal = (picks) => {
    if (!answers) throw new Error("a preparation serves one ballot");
    const fits = picks.length === questions.length && picks.every((pick, at) => Number.isInteger(pick) && pick >= 0 && pick <= questions[at].answers.length);
    if (!fits) throw new Error("the election does not allow these choices");
    const mine = answers;
    answers = null;
    const body = { election_uuid: uuid, election_hash: fingerprint, credential, answers: mine.map((answer, at) => answer(picks[at])) };
    const open = JSON.stringify(body).slice(0, -1); // the ballot's own beginning: hashed once for signature and tracker
    const known = begun(utf8(open));
    const hash = compact(sha256(utf8(`${open}}`), known));
    const number = challenge(`sig|${hash}|`, [commitment]);
    const end = `,"signature":${JSON.stringify({ hash, proof: pair(blind, secret, number) })}}`;
    return { raw: open + end, tracker: compact(sha256(utf8(open + end), known)) };
  };
  return { credential, seal };
}

/** The table of the base point. */
export function* baseTable() {
  return yield* tableOf(basePoint());
}
