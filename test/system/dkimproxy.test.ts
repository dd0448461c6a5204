import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { annotates, smtpDoor, through, type Door } from "./annotation.js";
import { arrived } from "./arrived.js";
import { letter } from "./messages.js";
import { judgements, leaving, publishHomeKeys, signaturesIn, SUBMITTED } from "./outgoing.js";
import { startProxies } from "./proxy-stack.js";
import { LOGIN, startSite, type Site } from "./stack/site.js";

/** As DKIMproxy's own examples and the article have them: only hosts, ports, paths and names are ours. */
const IN = `# specify what address/port DKIMproxy should listen on
listen    LISTEN

# specify what address/port DKIMproxy forwards mail to
relay     RELAY

hostname  mx.home.example
min_servers 5
min_spare_servers 2
`;

const OUT = `# specify what address/port DKIMproxy should listen on
listen    LISTEN

# specify what address/port DKIMproxy forwards mail to
relay     RELAY

# specify what domains DKIMproxy can sign for (comma-separated, no spaces)
domain    home.example

# specify what signatures to add
signature dkim(c=relaxed)
signature domainkeys(c=nofws)

# specify location of the private key
keyfile   KEYFILE

# specify the selector (i.e. the name of the key record put in DNS)
selector  SELECTOR
`;

describe("dkimproxy_in.conf, before the queue", () => {
  let site: Site;
  let door: Door;

  beforeAll(async () => {
    site = await startSite("dkimproxy-in");
    const { port, incoming, postfix } = await startProxies(site, {
      incoming: (listen, relay) => {
        const text = IN.replace("LISTEN", `127.0.0.1:${listen}`).replace("RELAY", `127.0.0.1:${relay}`);
        const file = site.machine.write("dkimproxy_in.conf", text);
        return ["proxy-in", "--conf_file", file, "--x-dkim-authentication-results", "--dns-server", site.bind.server];
      },
    });
    door = smtpDoor(site, port, () => `${incoming.log()}\n${postfix.log()}`);
  });

  afterAll(() => site.machine.stop());

  annotates(() => door);

  it("the field that old readers look for is written on request", async () => {
    const { added } = await through(door, letter({ mark: "old-readers" }));
    expect(added).toContainEqual({ name: "x-dkim-authentication-results", value: "none" });
  });
});

describe("dkimproxy_out.conf, after the queue", () => {
  let site: Site;

  beforeAll(async () => {
    site = await startSite("dkimproxy-out");
  });

  afterAll(() => site.machine.stop());

  it("signs with DKIM, leaves DomainKeys out and says so, and signs nobody else's mail", async () => {
    const [rsa] = publishHomeKeys(site);
    const { submissionPort, outgoing } = await startProxies(site, {
      outgoing: (listen, relay) => {
        const text = OUT.replace("LISTEN", `127.0.0.1:${listen}`)
          .replace("RELAY", `127.0.0.1:${relay}`)
          .replace("KEYFILE", rsa!.file)
          .replace("SELECTOR", rsa!.selector);
        return ["proxy-out", "--conf_file", site.machine.write("dkimproxy_out.conf", text)];
      },
    });
    const own = letter({ from: LOGIN.user, mark: "own" });
    const left = await leaving(site, submissionPort, { ...SUBMITTED, message: own });
    const { added } = arrived(left, own);
    expect(added.map(({ name }) => name)).not.toContain("domainkey-signature");
    expect(judgements(site.machine, site.bind, left)).toEqual({ dkimpy: ["pass"], mailDkim: ["pass"], ours: ["pass"] });
    expect(outgoing.log()).toMatch(/domainkeys/i);
    const others = letter({ from: "somebody@other.example", mark: "others" });
    expect(signaturesIn(await leaving(site, submissionPort, { ...SUBMITTED, message: others }))).toBe(0);
  });
});
