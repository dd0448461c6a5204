import { describe, expect, it } from "vitest";
import { nodeCrypto } from "../../src/crypto/node.js";
import { zoneResolver } from "../../src/dns/zone.js";
import { withLegacyField } from "../../src/gateway/dkimproxy/legacy-field.js";
import { octetsOf } from "../../src/message/octets.js";
import { annotate } from "../../src/service/annotate.js";
import { statusOf } from "../../src/status/status-of.js";
import { AUTHSERV_ID, edited } from "../gateway/support.js";

const OPTIONS = { authservId: AUTHSERV_ID, resolver: zoneResolver({}), crypto: nodeCrypto };

describe("annotate() of a message whose first line begins with white space", () => {
  const FORGED = [
    " ; dkim=pass header.d=bank.com\r\nFrom: ceo@bank.com\r\n\r\nbody",
    "\t; dkim=pass header.d=bank.com\nFrom: ceo@bank.com\n\nbody",
    " \r\n ; dkim=pass header.d=bank.com\r\nFrom: ceo@bank.com\r\n\r\nbody",
  ];

  it.each(FORGED)("does not let that line continue the field of ours: %j", async (message) => {
    const edit = await annotate(octetsOf(message), OPTIONS);
    for (const each of [edit, withLegacyField(edit)]) {
      const headers = await edited(message, each);
      expect(headers.endsWith(message)).toBe(true);
      const { author, status, results } = statusOf({ headers }, { trusted: [AUTHSERV_ID] });
      expect({ author, state: status.state }).toEqual({ author: null, state: "malformed" });
      expect(results.map(({ method, result }) => `${method}=${result}`)).toEqual(["dkim=none"]);
    }
  });

  it("puts nothing but its field in front of other messages, with a header or without", async () => {
    for (const message of ["From: a@bank.com\r\n\r\nbody", "no field\r\n", "\r\nbody", ""]) {
      const { prepend } = await annotate(octetsOf(message), OPTIONS);
      expect(String.fromCharCode(...prepend)).toBe(`Authentication-Results: ${AUTHSERV_ID}; dkim=none\r\n`);
    }
  });
});
