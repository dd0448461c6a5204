import { afterAll, beforeAll, describe } from "vitest";
import { annotates, smtpDoor, type Door } from "./annotation.js";
import { Gateway } from "./stack/gateway.js";
import { Postfix } from "./stack/postfix.js";
import { AUTHSERV_ID, startSite, type Site } from "./stack/site.js";

let site: Site;
let door: Door;

beforeAll(async () => {
  site = await startSite("milter");
  const { machine, bind, dovecot } = site;
  const milterPort = await machine.port();
  const args = ["milter", "--listen", `inet:${milterPort}@127.0.0.1`, "--authserv-id", AUTHSERV_ID];
  const gateway = await Gateway.start(machine, milterPort, [...args, "--dns-server", bind.server]);
  const port = await machine.port();
  const services = [`127.0.0.1:${port} inet n - n - - smtpd -o smtpd_milters=inet:127.0.0.1:${milterPort}`];
  const postfix = await Postfix.start(machine, { services, ports: [port], lmtpPort: dovecot.lmtpPort });
  door = smtpDoor(site, port, () => `${gateway.log()}\n${postfix.log()}`);
});

afterAll(() => site.machine.stop());

describe("through the milter", () => {
  annotates(() => door);
});
