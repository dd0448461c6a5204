// npm run bench [-- --short]: ratios of one run on one machine. Times alone say nothing on a shared machine.
import { benchElement } from "./element.mjs";
import { benchVerify } from "./verify.mjs";

const short = process.argv.includes("--short");
const rows = await benchVerify(short ? { rounds: 3, milliseconds: 60 } : { rounds: 7, milliseconds: 250 });

const cell = (value, digits) => (value === undefined ? "–" : value.toFixed(digits)).padStart(9);
console.log("verification, messages per second, and how ours compares\n");
console.log("size     signature        body        limit      ours  mailauth  of limit  × mailauth");
for (const { size, kind, body, limit, ours, mailauth } of rows) {
  const left = `${size.padEnd(8)} ${kind.padEnd(16)} ${body.padEnd(7)}`;
  console.log(
    left + cell(limit, 0) + cell(ours, 0) + cell(mailauth, 0) + cell(ours / limit, 2) + cell(ours / mailauth, 1),
  );
}

console.log("\n1,000 signs of a list, milliseconds, against 1,000 <img title> (goal: at most 4 times)\n");
for (const { name, signs, images, ratio } of await benchElement({ rounds: short ? 5 : 15 })) {
  console.log(`${name.padEnd(10)} ${cell(signs, 0)} ${cell(images, 0)} ${cell(ratio, 1)} times`);
}
