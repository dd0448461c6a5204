// npm run bench [-- --short]: ratios of one run on one machine. Times alone say nothing on a shared machine.
import { benchEdits } from "./edits.mjs";
import { benchElement } from "./element.mjs";
import { benchGateway } from "./gateway.mjs";
import { benchMaildir } from "./maildir.mjs";
import { benchPostfix } from "./postfix.mjs";
import { benchRoundcube } from "./roundcube.mjs";
import { benchStatus } from "./status.mjs";
import { benchStream } from "./stream.mjs";
import { benchVerify } from "./verify.mjs";

const short = process.argv.includes("--short");
const turns = short ? { rounds: 3, milliseconds: 40 } : { rounds: 7, milliseconds: 250 };
const sizes = short ? ["2 kB", "20 kB"] : undefined;

const cell = (value, digits) => (value === undefined ? "–" : value.toFixed(digits)).padStart(9);

title(
  "verification, messages per second of processor time, and how ours compares (goals: 0.5 to 0.8 of the limit, 13 to 15 × mailauth)",
);
console.log(
  "size     signature        body        limit      ours  mailauth  of limit  × mailauth, which the limit is × mailauth",
);
for (const { size, kind, body, limit, ours, mailauth, peers = {} } of await benchVerify({ ...turns, sizes })) {
  const left = `${size.padEnd(8)} ${kind.padEnd(16)} ${body.padEnd(7)}`;
  const others = Object.entries(peers).map(([name, speed]) => `  ${(ours / speed).toFixed(1)} × ${name}`);
  console.log(
    left +
      cell(limit, 0) +
      cell(ours, 0) +
      cell(mailauth, 0) +
      cell(ours / limit, 2) +
      cell(ours / mailauth, 1) +
      cell(limit / mailauth, 1) +
      others.join(""),
  );
}

title(
  "of 20 kB, per second of processor time: annotate beside verify, sign beside hash and private-key operation (goal: 0.91)",
);
for (const { name, base, ours } of await benchEdits(turns)) {
  console.log(name.padEnd(22) + cell(base, 0) + cell(ours, 0) + cell(ours / base, 2));
}

title("a stream beside hashing it: speed (goal: 0.8), and MB of peak memory above it (goal: at most 8)");
for (const { name, ratio, megabytes } of await benchStream({ megabytes: 100, rounds: short ? 1 : 5 })) {
  console.log(name.padEnd(22) + cell(ratio, 2) + cell(megabytes, 1));
}

title("a Maildir of 20 kB messages, per second: two limit processes, and ours with threads (goal: 0.85)");
const maildir = await benchMaildir({ messages: short ? 2_000 : 10_000, size: 20_000, rounds: short ? 1 : 3 });
console.log(" ".repeat(22) + cell(maildir.limit, 0) + cell(maildir.ours, 0) + cell(maildir.ratio, 2));

title("200 rows of a message list in Chromium, milliseconds: JSON.parse, and their statuses (goal: at most 3 times)");
const list = await benchStatus({ rounds: short ? 5 : 25 });
console.log(" ".repeat(22) + cell(list.parse, 3) + cell(list.status, 3) + cell(list.ratio, 1) + " times");
console.log("\nmicroseconds by the size of one field: parsed, and from a header to its status");
for (const { size, parse, status } of list.sizes)
  console.log(`${size} kB`.padEnd(22) + cell(parse, 0) + cell(status, 0));

title("1,000 signs of a list, milliseconds, against 1,000 <img title> (goal: at most 4 times)");
for (const { name, signs, images, ratio } of await benchElement({ rounds: short ? 5 : 15 })) {
  console.log(name.padEnd(22) + cell(images, 0) + cell(signs, 0) + cell(ratio, 1) + " times");
}

title("the gateway: messages of 20 kB per second, and microseconds of its own processor time for each");
for (const { name, workers, speed, own } of await benchGateway({ milliseconds: short ? 500 : 5_000 })) {
  console.log(`${name}, ${workers} workers`.padEnd(22) + cell(speed, 0) + cell(own, 0));
}

title("through Postfix, messages per second: with our milter, with OpenDKIM (goal: at least as many), and our peak MB");
const postfix = benchPostfix([
  { size: "2 kB", octets: 2_000, count: short ? 100 : 1_000 },
  { size: "1 MB", octets: 1_000_000, count: short ? 10 : 200 },
]);
if (typeof postfix === "string") console.log(postfix);
else
  for (const { size, ours, theirs, megabytes } of postfix) {
    console.log(size.padEnd(22) + cell(ours, 0) + cell(theirs, 0) + cell(ours / theirs, 2) + cell(megabytes, 0));
  }

title(
  "200 messages in Roundcube's list, milliseconds until they are shown: with the plugin, without it (goal: at most 1.10)",
);
const webmail = benchRoundcube({ messages: 200, rounds: short ? 3 : 15 });
if (typeof webmail === "string") console.log(webmail);
else console.log(" ".repeat(22) + cell(webmail.ours, 0) + cell(webmail.plain, 0) + cell(webmail.ratio, 2));

function title(text) {
  console.log(`\n${text}\n`);
}
