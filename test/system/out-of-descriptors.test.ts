import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { giveDescriptors, leaveDescriptors } from "../support/descriptors.js";
import { silentSocket } from "./fault-kinds.js";
import { FaultTimes } from "./soak/fault-times.js";
import { NOTHING_WRONG } from "./soak/ledger.js";
import { startSoak, type SoakStack } from "./soak/lanes.js";
import { sampleProcesses } from "./soak/samples.js";
import { Traffic } from "./soak/traffic.js";
import { until } from "./stack/wait.js";

/** Descriptors that each process may open beside those that it has. */
const LEFT = 6;
/** Connections to each door that nobody speaks on: more than all its processes can have. */
const CONNECTIONS = 60;
/** Milliseconds. */
const TRAFFIC = 8000;
const SHORTAGE = { from: 1000, for: 5000 };

describe.each([1, 2])("out of descriptors, with %i processes behind every door", (workers) => {
  let stack: SoakStack;

  beforeAll(async () => {
    stack = await startSoak(workers);
  });

  afterAll(() => stack.stop());

  it("mail is refused for now, nothing is lost, doubled or wrong, no process ends, and all descriptors come back", async () => {
    const { doors, lanes, postfixes } = stack;
    const idle = sampleProcesses(doors, 0);
    const traffic = new Traffic(lanes, 1);
    const faults = new FaultTimes();
    const shortage = faults.during(async () => {
      await sleep(SHORTAGE.from);
      for (const { pid } of idle) leaveDescriptors(pid, LEFT);
      const sockets = doors.flatMap(({ gateway: { port } }) =>
        Array.from({ length: CONNECTIONS }, () => silentSocket(port).resume()),
      );
      await sleep(SHORTAGE.for);
      for (const { pid } of idle) giveDescriptors(pid);
      for (const socket of sockets) socket.destroy();
    });
    await Promise.all([traffic.run(TRAFFIC), shortage]);
    for (const { name, ledger, log } of lanes) {
      const { accepted, lost, damaged, wrong, forged, doubles } = ledger.account(faults, log());
      expect({ name, lost, damaged, wrong, forged, doubles }).toEqual({ name, ...NOTHING_WRONG, doubles: [] });
      expect(accepted, name).toBeGreaterThan(0);
    }
    expect(traffic.refusals, "refusals that clients have felt").toBeGreaterThan(0);
    for (const postfix of postfixes) await postfix.stop(); // its idle processes keep connections to a milter
    await until("the same processes, with as many descriptors as before", () =>
      sampleProcesses(doors, 0).every(({ pid, descriptors }) => {
        const before = idle.find((each) => each.pid === pid);
        return before !== undefined && descriptors <= before.descriptors;
      }),
    );
    expect(sampleProcesses(doors, 0).length).toBe(idle.length);
  });
});
