import type { AuthorReason, StatusReason } from "../../index.js";
import type { Text } from "./text.js";

const ONE_FROM = "The software that wrote it has to write one From field with one address in it.";

/** Why a message has no clear author. */
export const AUTHOR_TEXTS: Readonly<Record<AuthorReason, Text>> = {
  "header-too-large": {
    why: "The header is longer than is read, and a second author could stand behind that.",
    cure: "Find the software that writes so long a header; no usual mail comes near this size.",
  },
  "header-bare-lf": {
    why: "Lines of the header end in two ways, and programs disagree about what its lines are.",
    cure: "The software that wrote it has to end every line with CR LF.",
  },
  "from-missing": { why: "There is no From field, so the message has no author.", cure: ONE_FROM },
  "from-repeated": {
    why: "There is more than one From field, or one written so that only some programs see it.",
    cure: ONE_FROM,
  },
  "from-unparsable": { why: "The From field holds no address that can be read.", cure: ONE_FROM },
  "from-several-domains": {
    why: "The From field holds addresses of several domains, and no domain vouches for another.",
    cure: ONE_FROM,
  },
};

/** Why the status is what it is, besides the author's and the signatures' reasons. */
export const STATUS_TEXTS: Readonly<Record<StatusReason, Text>> = {
  "nothing-trusted": {
    why: "No server is trusted, so no field in the message is believed.",
    cure: "Name the authserv-id of your own mail server: --trusted ID here, and the same in the mail program.",
  },
  "no-trusted-field": {
    why: "No Authentication-Results field of a trusted server stands where one can be believed.",
    cure: "The receiving server has to add the field on top, and --trusted has to name the id that it writes.",
  },
  "no-dkim-result": {
    why: "The trusted server's field says nothing about DKIM.",
    cure: "The receiving server has to check DKIM, and to write dkim=none where there is no signature.",
  },
  "field-defective": {
    why: "A field of the trusted server is not written as RFC 8601 says, so that it and what is below it is not read.",
    cure: "The software that wrote the field has to write it correctly.",
  },
  "order-unknown": {
    why: "The order of the fields is not known, so a forged one cannot be told from the server's.",
    cure: "Give the whole message, as the server has it.",
  },
  "result-word-unknown": {
    why: "The trusted server's field uses a result that RFC 8601 does not have.",
    cure: "The software that wrote the field has to use the words of RFC 8601 §2.7.1.",
  },
  "result-neutral": {
    why: "The trusted server looked at the signature and did not want to say (neutral).",
    cure: "The log of that server tells why.",
  },
  "temporary-error": {
    why: "A key could not be fetched, so nothing is known yet.",
    cure: "Try again later.",
  },
  "signer-unnamed": {
    why: "A signature passes, but whose it is cannot be told.",
    cure: "The receiving server has to write header.d into its field.",
  },
  "too-old-to-check": {
    why: "The message is older than a week and the key is no longer the one that signed; keys rotate.",
    cure: "None: only what the receiving server noted on arrival can tell.",
  },
  "verifier-failed": { why: "The verifier that was asked did not answer.", cure: "Try again later." },
  "folder-not-judged": {
    why: "The message is in a folder that anybody can put anything into.",
    cure: null,
  },
  "verification-pending": { why: "The check is under way.", cure: null },
  "organization-pending": { why: "The list of public suffixes is being loaded.", cure: null },
  "organization-unknown": {
    why: "Whether the signer and the author are of one organization is not known without the list of public suffixes.",
    cure: "Install the package anew; its list could not be loaded.",
  },
  "author-signature-failed": {
    why: "{author} had signed too; that signature does not pass.",
    cure: "If a list or a forwarder changed the message, its operator has to leave what is signed as it is.",
  },
  "author-signature-unchecked": {
    why: "{author} had signed too; what became of that signature is not known.",
    cure: "The receiving server has to note a result for every signature.",
  },
  "list-declares-itself": {
    why: "The signer says that it is a mailing list: its signature covers a List-Id of its own domain.",
    cure: null,
  },
};
