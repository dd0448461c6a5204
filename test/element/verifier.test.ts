import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BROWSERS, click, shadowText, useBrowser } from "./page.js";
import { attribute, REPORTS } from "./reports.js";

const FROM = "kim@bank.example";
const NOTHING_TRUSTED = `<dkim-status from="${FROM}" results="[]" trusted="mx.example.net" display="label"></dkim-status>`;

/** The page's verifier writes down how it was asked, and answers when the test says so. */
const VERIFIER = `
  globalThis.asked = [];
  const element = document.querySelector("dkim-status");
  element.verifier = (request) => new Promise((resolve, reject) => asked.push({ request, resolve, reject }));`;

interface Asked {
  readonly request: { readonly signal: AbortSignal; readonly results: unknown; readonly from: unknown };
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}
declare global {
  var asked: Asked[];
}

describe.each(BROWSERS)("a verifier of the page, in %s", (name) => {
  const open = useBrowser(name);
  type Page = Awaited<ReturnType<typeof open>>["page"];

  const openAsking = async () => {
    const opened = await open(NOTHING_TRUSTED, { script: VERIFIER });
    await opened.page.waitForFunction(() => asked.length > 0);
    return opened;
  };
  /** @param at which of the questions is answered */
  const answer = (page: Page, value: unknown, at = 0) =>
    page.$eval(
      "dkim-status",
      async (element, given, index) => {
        asked[index]!.resolve(given);
        await new Promise((resolve) => setTimeout(resolve, 50));
        await element.updateComplete;
        return element.currentStatus;
      },
      value as object,
      at,
    );

  const look = (page: Page) =>
    page.$eval("dkim-status", ({ shadowRoot }) => ({
      headline: shadowRoot!.querySelector("[part=headline]")!.textContent,
      focus: shadowRoot!.activeElement?.getAttribute("part"),
      isOpen: shadowRoot!.querySelector(":popover-open") !== null,
      check: shadowRoot!.querySelector("[part=check]") !== null,
    }));

  it("is asked where no trusted field speaks, and meanwhile the message is being checked", async () => {
    const { page } = await openAsking();
    expect(await shadowText(page)).toBe("Signature: checking…");
    expect(
      await page.evaluate(() => asked.map(({ request }) => [request.results, request.from, request.signal.aborted])),
    ).toEqual([[[], [FROM], false]]);
    const status = await answer(page, { ...REPORTS.author, signatures: [], authenticationResults: null });
    expect([status?.status.state, status?.checked, status?.authservId]).toEqual(["author", "here", null]);
    expect(await shadowText(page)).toBe("Signature: bank.example");
  });

  it("is asked in each kind of silence, and not where a trusted field cannot be read", async () => {
    const { page } = await openAsking();
    const inputs = [
      { trusted: "", results: [] },
      { trusted: "mx.example.net", results: [] },
      { trusted: "mx.example.net", results: ["mx.example.net; spf=pass"] },
      { trusted: "mx.example.net", results: ["other.example; spf=pass", "mx.example.net; dkim=pass"] },
      { trusted: "mx.example.net", results: ["mx.example.net; dkim"] },
    ];
    const times = await page.$eval(
      "dkim-status",
      async (element, all) => {
        const counts: number[] = [];
        for (const input of all) {
          asked.length = 0;
          Object.assign(element, input);
          await element.updateComplete;
          counts.push(asked.length);
        }
        return counts;
      },
      inputs,
    );
    expect(times).toEqual([1, 1, 1, 1, 0]);
  });

  it("may answer with a field, which is not compared with the trusted ids", async () => {
    const { page } = await openAsking();
    const status = await answer(page, "another.example; dkim=pass header.d=bank.example");
    expect([status?.status.state, status?.checked]).toEqual(["author", "here"]);
  });

  it("may answer with a mere status; the author is read from the fields", async () => {
    const { page } = await openAsking();
    const status = await answer(page, REPORTS.unsigned.status);
    expect([status?.status.state, status?.author?.domain]).toEqual(["unsigned", "bank.example"]);
  });

  it("cannot smuggle a second field in, nor can the message add to the answer", async () => {
    const { page } = await open("<dkim-status></dkim-status>", { script: VERIFIER });
    await page.$eval("dkim-status", (element) => {
      element.headers =
        "Authentication-Results: here; dkim=pass header.d=bank.example\r\nFrom: kim@bank.example\r\n\r\n";
    });
    await page.waitForFunction(() => asked.length > 1);
    const status = await answer(
      page,
      "here; spf=pass\r\nAuthentication-Results: here; dkim=pass header.d=bank.example",
      1,
    );
    expect(status?.status.state).not.toBe("author");
  });

  it("is not asked where a trusted field speaks, and not for what is already decided", async () => {
    const trusted = attribute(["mx.example.net; dkim=fail header.d=bank.example"]);
    const { page } = await open(
      `<dkim-status from="${FROM}" results='${trusted}' trusted="mx.example.net"></dkim-status>`,
      {
        script: VERIFIER,
      },
    );
    const state = await page.$eval("dkim-status", async (element) => {
      await element.updateComplete;
      const read = element.currentStatus?.status.state;
      element.status = {
        state: "unknown",
        signer: null,
        alignment: null,
        intermediary: null,
        reasons: ["no-trusted-field"],
        concerns: [],
      };
      await element.updateComplete;
      return [read, element.currentStatus?.status.state, asked.length];
    });
    expect(state).toEqual(["invalid", "unknown", 0]);
  });

  it("that fails or answers nonsense leaves the message unchecked, never a broken signature", async () => {
    for (const outcome of ["reject", "throw", "nonsense"]) {
      const { page, complaints } = await openAsking();
      const state = await page.$eval(
        "dkim-status",
        async (element, how) => {
          if (how === "reject") asked[0]!.reject(new Error("no network"));
          if (how === "nonsense") asked[0]!.resolve({ state: "fine", results: 3 });
          if (how === "throw") {
            element.verifier = () => {
              throw new Error("not ready");
            };
          }
          await new Promise((resolve) => setTimeout(resolve, 50));
          await element.updateComplete;
          return [element.currentStatus?.status.state, element.currentStatus?.status.reasons[0]];
        },
        outcome,
      );
      expect(state, outcome).toEqual(["unknown", "verifier-failed"]);
      expect(complaints).toEqual([]);
    }
  });

  it("is told to stop when the message changes, and its late answer is dropped", async () => {
    const { page } = await openAsking();
    await page.$eval("dkim-status", async (element) => {
      element.from = "kim@other.example";
      await element.updateComplete;
    });
    expect(await page.evaluate(() => asked.map(({ request }) => request.signal.aborted))).toEqual([true, false]);
    expect((await answer(page, REPORTS.author, 0))?.status.state).toBe("checking");
    expect((await answer(page, REPORTS.unsigned, 1))?.status.state).toBe("unsigned");
  });

  it("is told to stop when the element is taken out, and is asked again when it is put back", async () => {
    const { page } = await openAsking();
    const aborted = await page.$eval("dkim-status", async (element) => {
      const parent = element.parentNode!;
      element.remove();
      const stopped = asked[0]!.request.signal.aborted;
      asked[0]!.resolve({ state: "author" });
      await new Promise((resolve) => setTimeout(resolve, 20));
      const dropped = element.currentStatus?.status.state;
      parent.append(element);
      await element.updateComplete;
      return [stopped, dropped, asked.length];
    });
    expect(aborted).toEqual([true, "checking", 2]);
    expect((await answer(page, REPORTS.author, 1))?.status.state).toBe("author");
    const again = await page.$eval("dkim-status", async (element) => {
      const parent = element.parentNode!;
      element.remove();
      parent.append(element);
      await element.updateComplete;
      return [asked.length, element.currentStatus?.status.state];
    });
    expect(again, "what is known stays known").toEqual([2, "author"]);
  });

  it("that waits for the reader is asked by a button in the explanation, once, and the focus stays in it", async () => {
    const { page, complaints } = await open(NOTHING_TRUSTED, { script: VERIFIER });
    await page.$eval("dkim-status", (element) => {
      element.verifyOnRequest = true;
      asked.length = 0;
    });
    expect(await shadowText(page)).toBe("Signature: not checked");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const check = await page.waitForSelector("dkim-status >>> [data-side] [part=check]", { visible: true });
    expect(await check!.evaluate((button) => button.textContent)).toBe("Check now");
    expect(await page.evaluate(() => asked.length)).toBe(0);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => asked.length > 0);
    expect(await look(page)).toEqual({
      headline: "Checking the signature…",
      focus: "headline",
      isOpen: true,
      check: false,
    });
    await answer(page, { ...REPORTS.author, signatures: [], authenticationResults: null });
    expect(await look(page)).toEqual({
      headline: "Signed by bank.example",
      focus: "headline",
      isOpen: true,
      check: false,
    });
    await page.keyboard.press("Escape");
    // That it has closed is told by an event that the browser queues: the focus goes back then.
    await page.waitForFunction(
      () => document.querySelector("dkim-status")!.shadowRoot!.activeElement?.matches("button[part~=chip]") === true,
    );
    expect(await look(page)).toMatchObject({ isOpen: false, focus: "button chip" });
    expect(await page.evaluate(() => asked.length)).toBe(1);
    expect(complaints).toEqual([]);
  });

  it("that waits for the reader does so again for another message, and without any fields", async () => {
    const { page } = await open('<dkim-status verify-on-request display="full"></dkim-status>', { script: VERIFIER });
    const text = await shadowText(page);
    expect(text).toMatch(/^Not checked .* Check now/);
    await click(page, "dkim-status >>> [part=check]");
    await answer(page, REPORTS.unsigned.status);
    expect(await look(page)).toMatchObject({ headline: "Not signed", focus: "headline", check: false });
    await page.$eval("dkim-status", async (element) => {
      Object.assign(element, { results: [], from: "kim@bank.example" });
      await element.updateComplete;
    });
    expect(await look(page)).toMatchObject({ headline: "Not checked", check: true });
    expect(await page.evaluate(() => asked.length)).toBe(1);
  });

  it("can be the element's own, with the page's message and the page's DNS", async () => {
    const fixture = (file: string) => readFileSync(new URL(`../fixtures/rfc/${file}`, import.meta.url), "latin1");
    const { page, complaints } = await open(
      `<dkim-status results="[]" from="joe@football.example.com"></dkim-status>`,
      {
        files: { "/message": fixture("rfc8463-a.3.eml"), "/zone": fixture("zone.json") },
        script: `
        document.querySelector("dkim-status").verifier = DkimStatus.builtInVerifier({
          message: async () => (await fetch("/message")).arrayBuffer(),
          resolveTxt: async (name) => {
            const records = (await (await fetch("/zone")).json())[name];
            if (!records) throw Object.assign(new Error(name), { code: "not-found" });
            return records;
          },
        });`,
      },
    );
    await page.waitForFunction(
      () => !["checking", undefined].includes(document.querySelector("dkim-status")!.currentStatus?.status.state),
    );
    const status = await page.$eval("dkim-status", ({ currentStatus }) => currentStatus!);
    expect([status.status.state, status.status.signer, status.checked]).toEqual([
      "author",
      "football.example.com",
      "here",
    ]);
    expect(complaints).toEqual([]);
  });
});
