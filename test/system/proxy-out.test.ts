import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { arrived } from "./arrived.js";
import { FORGED } from "./forged.js";
import { letter, octets, POSTFIX_KEEPS, SHAPES } from "./messages.js";
import { judgements, leaving, openDkimResults, publishHomeKeys, signaturesIn, SUBMITTED } from "./outgoing.js";
import { byConfiguration, startProxies, type ProxyArguments } from "./proxy-stack.js";
import type { PublishedKey } from "./stack/keys.js";
import { LOGIN, startSite, type Site } from "./stack/site.js";
import { send } from "./stack/smtp.js";

const CONFIGURATIONS: Readonly<Record<string, (site: Site, keys: readonly PublishedKey[]) => ProxyArguments>> = {
  "dkimstatus.toml": (site, keys) => byConfiguration(site, "proxy-out", { keys }),
  "dkimproxy_out.conf and sender_map":
    ({ machine }, keys) =>
    (port, relayPort) => {
      const signatures = keys.map(({ selector, file }) => `dkim(c=relaxed/relaxed,s=${selector},key=${file})`);
      const map = machine.write("sender_map", `# who is signed by what\nhome.example ${signatures.join(", ")}\n`);
      const configuration = `listen 127.0.0.1:${port}\nrelay 127.0.0.1:${relayPort}\nsender_map ${map}\nreject_error\n`;
      const file = machine.write("dkimproxy_out.conf", configuration);
      return ["proxy-out", "--conf_file", file, "--authserv-id", "mx.home.example"];
    },
};

describe.each(Object.keys(CONFIGURATIONS))("the proxy behind the submission service, by %s", (name) => {
  let site: Site;
  let ports: { readonly port: number; readonly submissionPort: number };

  beforeAll(async () => {
    site = await startSite("proxy-out");
    ports = await startProxies(site, { outgoing: CONFIGURATIONS[name]!(site, publishHomeKeys(site)) });
  });

  afterAll(() => site.machine.stop());

  it("mail leaves with an RSA and an Ed25519 signature that OpenDKIM, dkimpy and we verify; Mail::DKIM the RSA one", async () => {
    const message = letter({ from: LOGIN.user, mark: "login" });
    const left = await leaving(site, ports.submissionPort, { ...SUBMITTED, message });
    arrived(left, message);
    expect(judgements(site.machine, site.bind, left)).toEqual({
      dkimpy: ["pass", "pass"],
      mailDkim: ["pass", "invalid"],
      ours: ["pass", "pass"],
    });
    expect(await openDkimResults(site, left)).toEqual(["pass", "pass"]);
  });

  it.each(POSTFIX_KEEPS)("a message %s leaves with its signatures, which verify, and as it was sent", async (shape) => {
    const message = octets(SHAPES[shape]!.replace("alice@sender.example", LOGIN.user));
    const left = await leaving(site, ports.submissionPort, { ...SUBMITTED, message });
    arrived(left, message);
    const both = ["pass", "pass"];
    expect(judgements(site.machine, site.bind, left)).toMatchObject({ dkimpy: both, ours: both });
  });

  it("forged fields are gone in mail that is signed", async () => {
    const message = letter({ from: LOGIN.user, mark: "forged" });
    const forged = Buffer.concat([octets(Object.values(FORGED).join("")), message]);
    const left = await leaving(site, ports.submissionPort, { ...SUBMITTED, message: forged });
    expect(arrived(left, message).results).toEqual([]);
    expect(signaturesIn(left)).toBe(2);
  });

  it("an unauthenticated sender of the same From is not signed", async () => {
    const message = letter({ from: LOGIN.user, mark: "outside" });
    const left = await leaving(site, ports.port, { from: LOGIN.user, message });
    expect(arrived(left, message).results).toEqual(["mx.home.example; dkim=none"]);
    expect(signaturesIn(left)).toBe(0);
    const submission = { from: LOGIN.user, to: "refused@remote.example", message };
    expect(await send(ports.submissionPort, submission)).toMatchObject({ code: 554 });
  });
});
