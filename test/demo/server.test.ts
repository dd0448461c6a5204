import { spawn } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startDemo, type Demo } from "./demo-page.js";

let demo: Demo;

beforeAll(async () => {
  demo = await startDemo();
});

afterAll(() => {
  demo.close();
});

const answerTo = async (name: string) => {
  const response = await fetch(`${demo.url}dns?name=${encodeURIComponent(name)}`);
  return { status: response.status, answer: (await response.json()) as unknown };
};

describe("the look-up of keys", () => {
  it("answers names of the sample zone from it, and asks nobody", async () => {
    const { answer } = await answerTo("mail._domainkey.bank.example");
    expect(answer).toEqual({ records: [expect.stringMatching(/^v=DKIM1; k=rsa; p=/)] });
    expect((await answerTo("f1._domainkey.ferry.example")).answer).toEqual({ error: "temporary" });
    expect(demo.asked).toEqual([]);
  });

  it("asks the system's resolver for other keys", async () => {
    expect((await answerTo("s1._domainkey.elsewhere.example")).answer).toEqual({ error: "temporary" });
    expect(demo.asked).toEqual(["s1._domainkey.elsewhere.example"]);
  });

  it.each([
    "bank.example",
    "_dmarc.bank.example",
    "_domainkey.bank.example",
    "s._domainkey.",
    "s._domainkey.localhost",
    "S._domainkey.bank.example",
    "a b._domainkey.bank.example",
    "s._domainkey.bank.example.",
    "",
  ])("refuses %j, which is no name of a key", async (name) => {
    const before = demo.asked.length;
    expect((await answerTo(name)).status).toBe(400);
    expect(demo.asked).toHaveLength(before);
  });
});

describe("the server", () => {
  it.each(["", "index.html", "gallery.html", "embedding.html"])(
    "sends /%s with a policy that allows nothing else",
    async (path) => {
      const { headers } = await fetch(demo.url + path);
      const policy = headers.get("content-security-policy")!;
      expect(policy).toContain(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'",
      );
      expect(policy).toContain("trusted-types lit-html");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    },
  );

  it.each(["nothing", "samples/index.json", "..%2fpackage.json", "%2e%2e/package.json", "cli.js"])(
    "has no /%s",
    async (path) => {
      expect((await fetch(demo.url + path)).status).toBe(404);
    },
  );

  it("does not answer a page whose name was pointed at loopback", async () => {
    const asking = request(`${demo.url}mailbox.json`, { headers: { host: "evil.example" } }).end();
    const [response] = (await once(asking, "response")) as [{ statusCode: number; resume(): void }];
    response.resume();
    expect(response.statusCode).toBe(403);
  });
});

describe("npm start", () => {
  const start = (port: string) => {
    const child = spawn(process.execPath, ["dist/demo.js"], { env: { ...process.env, PORT: port } });
    const address = once(child.stdout, "data").then(
      ([data]) => /http:\/\/127\.0\.0\.1:[0-9]+\//.exec(String(data))?.[0],
    );
    return { child, address };
  };

  it("takes a free port where the wanted one is taken, prints the address, and ends with Ctrl-C", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { child, address } = start(String(port));
    const url = (await address)!;
    expect(url).not.toContain(`:${port}/`);
    expect((await fetch(url)).status).toBe(200);
    child.kill("SIGINT");
    expect((await once(child, "exit"))[0]).toBe(0);
    other.close();
  });
});
