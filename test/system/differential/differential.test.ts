import { afterAll, beforeAll, expect, it } from "vitest";
import { Random } from "../random.js";
import { Bind } from "../stack/bind.js";
import { Machine } from "../stack/machine.js";
import { EXPLANATIONS, isExplained } from "./explanations.js";
import { changed, oddlySigned, RECORDS } from "./mutants.js";
import { ours, PEERS, theirs } from "./verdicts.js";

/** DIFFERENTIAL_INPUTS and DIFFERENTIAL_SEED make it a long run, or another one. */
const INPUTS = Number(process.env["DIFFERENTIAL_INPUTS"] ?? 120);
const SEED = Number(process.env["DIFFERENTIAL_SEED"] ?? 20261125);

const machine = new Machine("differential");
let bind: Bind;

beforeAll(async () => {
  bind = await Bind.start(machine);
  for (const [name, record] of Object.entries(RECORDS)) bind.addTxt(name, record);
});

afterAll(() => machine.stop());

async function mutants(): Promise<string[]> {
  const random = new Random(SEED);
  const messages: string[] = [];
  for (let i = 0; i < INPUTS; i++) messages.push(i % 2 === 0 ? oddlySigned(random) : await changed(random));
  return messages;
}

it(
  `of ${INPUTS} signed messages that were tampered with, whatever we and a peer do not both pass is explained`,
  { timeout: 60_000 + INPUTS * 1000 },
  async () => {
    const messages = await mutants();
    const octets = messages.map((message) => Buffer.from(message, "latin1"));
    const own = ours(machine, bind, octets);
    const others = await theirs(machine, bind, octets);
    const unexplained = PEERS.flatMap((peer) =>
      own.flatMap((said, index) => {
        const agree = others[peer][index] === (said === "pass");
        if (agree || isExplained(said, peer, messages[index]!)) return [];
        return [JSON.stringify({ peer, ours: said, message: messages[index] })];
      }),
    );
    expect(unexplained, `seed ${SEED}`).toEqual([]);
    const passes = own.filter((said) => said === "pass").length;
    expect(passes).toBeGreaterThan(INPUTS / 10);
    console.log(`${INPUTS} inputs, ${passes} pass, ${EXPLANATIONS.length} explanations, seed ${SEED}`);
  },
);
