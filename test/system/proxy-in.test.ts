import { afterAll, beforeAll, describe } from "vitest";
import { annotates, smtpDoor, type Door } from "./annotation.js";
import { startIncoming } from "./proxy-stack.js";
import { startSite, type Site } from "./stack/site.js";

describe.each(["before the queue", "after the queue"] as const)("through the proxy %s", (place) => {
  let site: Site;
  let door: Door;

  beforeAll(async () => {
    site = await startSite("proxy-in");
    const { port, gateway, postfix } = await startIncoming(site, place);
    door = smtpDoor(site, port, () => `${gateway.log()}\n${postfix.log()}`);
  });

  afterAll(() => site.machine.stop());

  annotates(() => door);
});
