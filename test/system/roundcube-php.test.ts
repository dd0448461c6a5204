import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const output = (program: string, ...args: readonly string[]) =>
  execFileSync(program, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

describe("the plugin's PHP", () => {
  it("does what PHPUnit asks of it, with Roundcube's own classes", () => {
    const said = output("phpunit", "--bootstrap", "test/plugin/bootstrap.php", "--do-not-cache-result", "test/plugin");
    expect(said).toMatch(/OK \(\d+ tests/);
  });

  it("is clean for PHP_CodeSniffer", () => {
    output("phpcs", "--standard=plugin/roundcube/phpcs.xml", "plugin/roundcube", "test/plugin"); // throws where it is not
    output("phpcs", "--standard=plugin/roundcube/phpcs.xml", "plugin/roundcube/bin/suggest-ids.sh");
  });
});
