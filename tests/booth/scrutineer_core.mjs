// The key holder's core behind standard input: one JSON command a line, one JSON answer a line. Bytes travel as base64, private keys as decimal text.
import { webcrypto } from "node:crypto";
import { createInterface } from "node:readline";
import * as core from "../../booth/scrutineer/core/index.js";
import { verifyBox } from "../../booth/scrutineer/core/verify.js";

globalThis.crypto ??= webcrypto; // Node 18

const bytes = (base64) => new Uint8Array(Buffer.from(base64, "base64"));

const commands = {
  verify: async ({ archive, setup }) => (await verifyBox(bytes(archive), { setup })).facts,
  share: async ({ archive, setup, minimum, secret, decrypted }) => {
    const checked = await core.checkArchive(bytes(archive), { setup, minimum, secret: BigInt(secret) });
    const payload = await core.decryptTally(checked, BigInt(secret), decrypted);
    return core.shareDocument(checked.uuid, setup, checked.owner, payload);
  },
  newKey: () => {
    const { secret, publicPart } = core.newKey();
    return { secret: String(secret), publicPart };
  },
  checkPublicPart: ({ text }) => core.checkPublicPart(text),
  backupText: ({ secret }) => core.backupText(BigInt(secret)),
  readBackup: ({ text }) => String(core.readBackup(text)),
  readKeyFile: ({ text }) => {
    const found = core.readKeyFile(text);
    return { ...found, secret: String(found.secret) };
  },
  writeKeyFile: ({ secret, ...rest }) => core.writeKeyFile({ secret: BigInt(secret), ...rest }),
  openRecord: ({ text, keys }) => core.openRecord(text, keys),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...given } = JSON.parse(line);
  let answer = null;
  try {
    answer = { value: await commands[command](given) };
  } catch (error) {
    answer = error instanceof core.Refused ? { refused: error.code, detail: error.detail } : { broken: String(error.stack) };
  }
  console.log(JSON.stringify(answer));
}
