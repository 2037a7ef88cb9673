/** What is not accepted: `code` names the reason (see index.js), `detail` holds numbers and places for the sentence. */
export class Refused extends Error {
  constructor(code, detail = {}) {
    super(`${code} ${JSON.stringify(detail)}`);
    this.name = "Refused";
    this.code = code;
    this.detail = detail;
  }
}
