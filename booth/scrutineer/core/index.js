// What a key holder's page needs, and nothing that touches the page. A private key is a BigInt `secret`; every other value is text or a number.
//
// Everything that can be refused throws `Refused`: `code` says what, `detail` (an object) where. The codes:
//   keys      outside_group, malformed, false_proof (a public part); backup_length {found, wanted}, backup_damaged {groups: [from 1]},
//             backup_value (a backup of no key at all); trustee_key_file
//   record    record_unreadable, record_signature
//   archive   unreadable, and the names of belenios/checks.py: header, tar_bytes, entry_hashes, event_form, event_order, event_chain, event_data,
//             setup_hash, election, trustees, election_key, credentials, ballot_form, ballot_election, ballot_credential, ballot_once,
//             ballot_signature, ballot_proofs, tally_count, tally_sum, decryption_owner, decryption_form, decryption_proof
//   this key  foreign_key, threshold_key, already_opened, already_decrypted, too_few_ballots {ballots, minimum}, decrypted_other, fault
//
// checkArchive(bytes, {setup, minimum, secret, progress, parallel}) -> Promise of Checked
//   setup, minimum  from openRecord; secret: this holder's key; progress(done, total) after each ballot
//   parallel        null, or {workers: number, start: () => Worker}: each worker runs a script that calls `serveBallots(self)`; where one cannot
//                   be started or fails, its ballots are checked here, so that a strict browser costs time and nothing else
//   Checked         {uuid, title, description, phi, ballots (count), owner (from 1), keys (fingerprints, in order), decryptedBy ([owners]),
//                    tallyHash, minimum, ...}: frozen; only what this function gave is taken by decryptTally
// decryptTally(checked, secret, decrypted = {}) -> Promise of the payload text. `decrypted` is the key file's memory {phi: tallyHash}
// remember(decrypted, checked) -> the memory to store BEFORE the share leaves
export { Refused } from "./refused.js";
export { checkPublicPart, fingerprint, newKey, publicPartOf } from "./keys.js";
export { backupText, readBackup } from "./backup.js";
export { readKeyFile, writeKeyFile } from "./key_file.js";
export { openRecord, shareDocument } from "./documents.js";
export { checkArchive } from "./verify.js";
export { serveBallots } from "./workers.js";
export { decryptTally, remember } from "./decrypt.js";
