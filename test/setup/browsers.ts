import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** Debian's packages of the browsers that the tests drive, and where they put their programs. */
export const BROWSERS = {
  chrome: { path: "/usr/bin/chromium", debianPackage: "chromium" },
  firefox: { path: "/usr/bin/firefox-esr", debianPackage: "firefox-esr" },
} as const;

/** vitest's globalSetup: both browsers are there, or one line says how to get them. */
export default function ensureBrowsers(): void {
  const missing = Object.values(BROWSERS)
    .filter(({ path }) => !existsSync(path))
    .map(({ debianPackage }) => debianPackage);
  if (missing.length === 0) return;
  if (isDebian() && process.getuid?.() === 0) install(missing);
  else throw new Error(`browsers for the tests are missing; run: apt-get install -y ${missing.join(" ")}`);
}

function isDebian(): boolean {
  return existsSync("/etc/os-release") && /^ID(?:_LIKE)?=.*debian/m.test(readFileSync("/etc/os-release", "utf8"));
}

function install(packages: readonly string[]): void {
  const options = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }, stdio: "inherit" } as const;
  execFileSync("apt-get", ["update", "-qq"], options);
  execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], options);
}
