// The key file, the same JSON as `yipiao trustee new` writes (cli/trustee.py). It is not wrapped: whoever reads it has the key.
import { ORDER } from "./curve.js";
import { basePower, isScalar, writePoints } from "./group.js";
import { isObject } from "./json.js";
import { checkPublicPart } from "./keys.js";
import { Refused } from "./refused.js";

const TYPE = "yipiao.trustee-key";

/** The text of a key file. `confirmed`: the backup was read back. `decrypted`: {phi: tallyHash}, what the key has decrypted. */
export function writeKeyFile({ secret, publicPart, confirmed, decrypted = {} }) {
  return JSON.stringify({ type: TYPE, private_key: String(secret), public: publicPart, confirmed, decrypted });
}

/** A key file's {secret, publicPart, confirmed, decrypted, publicKey, fingerprint}. Throws `trustee_key_file`. */
export function readKeyFile(text) {
  try {
    const { type, private_key: number, public: publicPart, confirmed, decrypted } = JSON.parse(text);
    const remembered = isObject(decrypted) && Object.values(decrypted).every((hash) => typeof hash === "string");
    const shaped = type === TYPE && typeof confirmed === "boolean" && remembered && isScalar(number) && typeof publicPart === "string";
    if (!shaped) throw new Refused("trustee_key_file");
    const secret = BigInt(number);
    const { publicKey, fingerprint } = checkPublicPart(publicPart);
    if (secret <= 0n || secret >= ORDER || writePoints([basePower(secret)])[0] !== publicKey) throw new Refused("trustee_key_file");
    return { secret, publicPart, confirmed, decrypted, publicKey, fingerprint };
  } catch {
    throw new Refused("trustee_key_file"); // whatever is wrong with it
  }
}
