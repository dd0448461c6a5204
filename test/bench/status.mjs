// Reading Authentication-Results and deciding a status, in Chromium, against JSON.parse of the same octets.
import { build } from "esbuild";
import puppeteer from "puppeteer-core";

const ROWS = 200;

/** @returns milliseconds for 200 rows and for their JSON, their ratio, and microseconds by the size of one value */
export async function benchStatus({ rounds }) {
  const { outputFiles } = await build({
    stdin: { contents: 'export * from "./dist/browser.js";', resolveDir: "." },
    bundle: true,
    format: "iife",
    globalName: "dkimstatus",
    write: false,
    logLevel: "error",
  });
  const browser = await puppeteer.launch({
    browser: "chrome",
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  });
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: outputFiles[0].text });
    return await page.evaluate(measure, rowsOfList(), [1, 4, 16, 64, 256, 1024], rounds);
  } finally {
    await browser.close();
  }
}

/** As a message list gets them from a server: several methods, a signature of the author's or of somebody else. */
function rowsOfList() {
  const rows = Array.from({ length: ROWS }, (_, i) => {
    const author = `shop-${i}.example`;
    const signer = ["", "mail.", "x"][i % 3] + author;
    const dkim = `dkim=pass header.d=${signer} header.i=@${signer} header.s=s${i} header.a=rsa-sha256 header.b=AbCdEf${i}`;
    const spf = `spf=pass (sender IP is 192.0.2.${i % 256}) smtp.mailfrom=bounce@${signer}`;
    const value = `mx.reader.example; ${dkim}; ${spf}; dmarc=pass (p=REJECT) header.from=${author}`;
    return { results: [value], from: [`"Shop number ${i}" <news@${author}>`] };
  });
  return JSON.stringify(rows);
}

/** Runs in the page. */
function measure(json, kilobytes, rounds) {
  const { statusOf, parseAuthenticationResults } = globalThis.dkimstatus;
  const options = { trusted: [["mx.reader.example"]], organizationalDomain: null };
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  const repeated = (work, times) => {
    const start = performance.now();
    for (let i = 0; i < times; i++) work();
    return (performance.now() - start) / times;
  };
  const rows = JSON.parse(json);
  const work = {
    parse: () => JSON.parse(json),
    status: () => rows.map((row) => statusOf(row, options).status.state),
  };
  const times = { parse: [], status: [] };
  const warmUp = 20;
  for (let round = -warmUp; round < rounds; round++) {
    for (const [name, list] of Object.entries(times)) {
      const time = repeated(work[name], 10);
      if (round >= 0) list.push(time);
    }
  }
  const sizes = kilobytes.map((size) => {
    const result = "; dkim=fail (one of many) header.d=signer.example header.s=selector";
    const value = "mx.reader.example" + result.repeat(Math.ceil((size * 1000) / result.length));
    const header = `Authentication-Results: ${value.replaceAll("; ", ";\r\n\t")}\r\nFrom: a@b.example\r\n\r\n`;
    const headers = Uint8Array.from(header, (character) => character.charCodeAt(0));
    const of = (one) => median(Array.from({ length: rounds }, () => repeated(one, 3))) * 1000;
    return {
      size,
      parse: of(() => parseAuthenticationResults(value)),
      status: of(() => statusOf({ headers }, options)),
    };
  });
  const ratios = times.status.map((time, i) => time / times.parse[i]);
  return { status: median(times.status), parse: median(times.parse), ratio: median(ratios), sizes };
}
