import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Bind } from "./bind.js";
import type { Machine } from "./machine.js";

/** resolv.conf(5) knows no ports: this address of loopback is BIND's, at the port of the DNS. */
const ADDRESS = "127.0.0.53";

/** Programs that ask the machine's own resolver reach BIND. @returns a command before theirs */
export async function asMachineResolver(machine: Machine, bind: Bind): Promise<string[]> {
  const address = `${ADDRESS.replace(/\d+$/, "")}${54 + (bind.port % 190)}`;
  await Promise.all([relayDatagrams(machine, address, bind.port), relayStreams(machine, address, bind.port)]);
  // A search domain that must not answer in place of a name that is not there.
  const options = "search example\noptions timeout:1 attempts:1\n";
  const file = machine.write("resolv.conf", `nameserver ${address}\n${options}`);
  const script = `mount --make-rprivate / && mount --bind ${file} /etc/resolv.conf && exec "$@"`;
  return ["unshare", "--mount", "sh", "-c", script, "sh"];
}

async function relayDatagrams(machine: Machine, address: string, port: number): Promise<void> {
  const door = createSocket("udp4");
  door.on("message", (question, client) => {
    const way = createSocket("udp4");
    way.once("message", (answer) => {
      door.send(answer, client.port, client.address);
      way.close();
    });
    way.once("error", () => way.close());
    way.send(question, port, "127.0.0.1");
  });
  door.bind(53, address);
  await once(door, "listening");
  machine.onStop(() => door.close());
}

async function relayStreams(machine: Machine, address: string, port: number): Promise<void> {
  const door = createServer((client) => {
    const way = connect(port, "127.0.0.1");
    for (const socket of [client, way])
      socket.on("error", () => {
        [client, way].forEach((each) => each.destroy());
      });
    client.pipe(way).pipe(client);
  });
  door.listen(53, address);
  await once(door, "listening");
  machine.onStop(() => door.close());
}
