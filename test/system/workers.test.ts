import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FROM, mixedMail, NOTHING_WRONG, tally } from "./faults.js";
import { startMilter, type MilterStack } from "./milter-stack.js";
import { childrenOf } from "./stack/process.js";
import { startSite, type Site } from "./stack/site.js";
import { sendAll } from "./stack/traffic.js";
import { until } from "./stack/wait.js";

let site: Site;
let stack: MilterStack;

beforeAll(async () => {
  site = await startSite("workers");
  stack = await startMilter(site, [], ["--workers", "2"]);
});

afterAll(() => site.machine.stop());

function workers(): number[] {
  return childrenOf(stack.gateway.pid);
}

describe("two workers of the milter", () => {
  it("one killed in the middle of 100 messages: 0 lost, 0 doubled, 0 wrong, and another takes its place", async () => {
    const to = "kills@home.example";
    const mail = await mixedMail(site, 100);
    const [victim, other] = workers();
    const onAccepted = (accepted: number) => {
      if (accepted === 40) process.kill(victim!, "SIGKILL");
    };
    await sendAll(mail, { port: stack.port, from: FROM, to, onAccepted });
    expect(await tally(site, to, mail)).toEqual(NOTHING_WRONG);
    await until("two workers again", () => workers().length === 2);
    expect(workers()).toContain(other);
    expect(workers()).not.toContain(victim);
  });
});
