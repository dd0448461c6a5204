/* global document, Blob */
// 1,000 signs of a list against 1,000 <img title>, in real browsers: each is made, put into the page and laid out.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import puppeteer from "puppeteer-core";

const COUNT = 1000;

const BROWSERS = {
  chromium: {
    browser: "chrome",
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  },
  firefox: { browser: "firefox", executablePath: "/usr/bin/firefox-esr" },
};

/** @returns for each browser the median of how much longer the signs took than the images of the same round */
export async function benchElement({ rounds }) {
  const server = createServer((request, response) => {
    const isScript = request.url === "/dkim-status.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(
      isScript
        ? readFileSync("dist/dkim-status.js")
        : '<!doctype html><script src="/dkim-status.js"></script><main></main>',
    );
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const rows = [];
  for (const [name, options] of Object.entries(BROWSERS)) {
    const browser = await puppeteer.launch(options);
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    rows.push({ name, ...(await page.evaluate(measure, COUNT, rounds)) });
    await browser.close();
  }
  server.closeAllConnections();
  server.close();
  return rows;
}

/** Runs in the page. */
async function measure(count, rounds) {
  const main = document.querySelector("main");
  const status = (state) => ({
    author: { address: "kim@bank.example", domain: "bank.example" },
    status: { state, signer: null, alignment: null, intermediary: null, reasons: [], concerns: [] },
    results: [],
    authservId: "mx.example.net",
    field: null,
  });
  const states = ["invalid", "unsigned", "unknown", "malformed"].map(status);
  const image = URL.createObjectURL(
    new Blob(['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7"/></svg>'], {
      type: "image/svg+xml",
    }),
  );
  const makers = {
    signs: (at) =>
      Object.assign(document.createElement("dkim-status"), { static: true, show: "all", status: states[at % 4] }),
    images: (at) =>
      Object.assign(document.createElement("img"), { src: image, title: `Signed ${at}`, width: 16, height: 16 }),
  };
  const times = { signs: [], images: [] };
  for (let round = -2; round < rounds; round++) {
    for (const [kind, make] of Object.entries(makers)) {
      main.replaceChildren();
      main.getBoundingClientRect();
      const start = performance.now();
      const rows = Array.from({ length: count }, (_, at) => {
        const row = document.createElement("div");
        row.append(make(at), "A sender");
        return row;
      });
      main.append(...rows);
      await (kind === "signs" ? rows.at(-1).firstChild.updateComplete : rows.at(-1).firstChild.decode());
      main.getBoundingClientRect();
      if (round >= 0) times[kind].push(performance.now() - start);
    }
  }
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  const ratios = times.signs.map((time, at) => time / times.images[at]);
  return { signs: median(times.signs), images: median(times.images), ratio: median(ratios) };
}
