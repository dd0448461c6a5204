import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { letter } from "./messages.js";
import { startMilter, type MilterStack } from "./milter-stack.js";
import { judgements, leaving, SUBMITTED } from "./outgoing.js";
import { runCli, verifyFiles } from "./stack/cli.js";
import { LOGIN, startSite, type Site } from "./stack/site.js";

const DOMAIN = "home.example";

let site: Site;
let stack: MilterStack;
let folder: string;

/** `dkimstatus COMMAND` on the folder of keys. */
function onKeys(command: string, ...options: readonly string[]) {
  return runCli(command, "--domain", DOMAIN, "--folder", folder, ...options);
}

function check(...options: readonly string[]) {
  return onKeys("dns", "--check", "--dns-server", site.bind.server, ...options);
}

/** Prints records for nsupdate, and has BIND take them. */
function publish(command: string, ...options: readonly string[]): void {
  const { output } = onKeys(command, "--form", "nsupdate", "--ttl", "0", ...options);
  site.bind.update(output);
}

function selectorsIn(message: Buffer): string[] {
  return [...message.toString("latin1").matchAll(/^DKIM-Signature:(?:.*\r\n[ \t])*?.*\bs=(\w+);/gm)].map(([, s]) => s!);
}

async function submitted(mark: string): Promise<Buffer> {
  return leaving(site, stack.submissionPort, { ...SUBMITTED, message: letter({ from: LOGIN.user, mark }) });
}

beforeAll(async () => {
  site = await startSite("keys");
  folder = site.machine.mkdir("own-keys");
});

afterAll(() => site.machine.stop());

describe("keys and DNS, with BIND", () => {
  it("a fresh key is not published, its printed record publishes it, and then it signs", async () => {
    expect(onKeys("keygen", "--type", "rsa", "--selector", "one").status).toBe(0);
    expect(check().status).toBe(1);
    publish("dns");
    expect(check()).toMatchObject({ status: 0 });
    stack = await startMilter(site, `[[keys]]\ndomain = "${DOMAIN}"\nfolder = "${folder}"\n`);
    const message = await submitted("first-key");
    expect(selectorsIn(message)).toEqual(["one"]);
    expect(judgements(site.machine, site.bind, message)).toEqual({
      dkimpy: ["pass"],
      mailDkim: ["pass"],
      ours: ["pass"],
    });
  });

  it("keys are rotated: the next one signs once it is published, the old one verifies until it is revoked", async () => {
    const before = await submitted("before");
    publish("keygen", "--next", "--type", "rsa", "--selector", "two");
    expect(selectorsIn(await submitted("waiting"))).toEqual(["one"]);
    expect(check("--switch").status).toBe(0);
    stack.gateway.signal("SIGHUP");
    const after = await untilSignedBy("two");
    expect(judgements(site.machine, site.bind, after)).toMatchObject({ dkimpy: ["pass"], ours: ["pass"] });
    expect(judgements(site.machine, site.bind, before)).toMatchObject({ dkimpy: ["pass"], ours: ["pass"] });
    publish("dns", "--revoke", "--after-days", "0");
    const [verification] = verifyFiles(site.bind, [site.machine.write("before.eml", before)]);
    expect(verification!.signatures.map(({ reason }) => reason)).toEqual(["key-revoked"]);
    expect(judgements(site.machine, site.bind, after)).toMatchObject({ dkimpy: ["pass"], ours: ["pass"] });
  });
});

/** The gateway reads its keys again while mail goes on. */
async function untilSignedBy(selector: string): Promise<Buffer> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const message = await submitted(`attempt-${attempt}`);
    if (selectorsIn(message).includes(selector)) return message;
  }
  throw new Error(`nothing is signed by ${selector}:\n${stack.gateway.log()}`);
}
