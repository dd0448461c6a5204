// npm run test:system: a real mail stack on loopback, on a bare Debian machine, as root.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";

const PACKAGES = [
  ...["postfix", "bind9", "bind9-dnsutils", "dovecot-core", "dovecot-imapd", "dovecot-lmtpd"],
  ...["opendkim", "opendkim-tools", "swaks", "libmail-dkim-perl", "libnet-dns-perl"],
  ...["python3-dkim", "python3-dnspython", "python3-nacl", "haproxy"],
  ...["roundcube-core", "roundcube-sqlite3", "roundcube-plugins", "roundcube-skin-larry", "roundcube-skin-classic"],
  ...["php-cli", "php-curl", "sqlite3", "libfaketime", "phpunit", "php-codesniffer", "chromium"],
];
/** Keeps packages from starting their services. invoke-rc.d(8) */
const POLICY = "/usr/sbin/policy-rc.d";

const refusal = whyNot();
if (refusal !== null) {
  console.error(`test:system: ${refusal}`);
  process.exitCode = 2;
} else {
  install();
  execFileSync(process.execPath, ["build.mjs"], { stdio: "inherit" });
  process.exitCode = await runTests();
}

function whyNot() {
  if (!existsSync("/etc/debian_version")) return "runs on Debian only: it installs Postfix, BIND, Dovecot and OpenDKIM";
  if (process.getuid() !== 0)
    return "must run as root: Postfix and Dovecot start their services under users of their own";
  return null;
}

function install() {
  const missing = PACKAGES.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  console.log(`installing ${missing.join(" ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const options = { stdio: ["pipe", "ignore", "inherit"], env };
  const hadPolicy = existsSync(POLICY);
  if (!hadPolicy) writeFileSync(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    const answers = "postfix postfix/main_mailer_type select No configuration\n";
    execFileSync("debconf-set-selections", { ...options, input: answers });
    const apt = (...args) => execFileSync("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=300", ...args], options);
    apt("update");
    apt("install", "-y", "--no-install-recommends", ...missing);
  } finally {
    if (!hadPolicy) rmSync(POLICY);
  }
}

function isInstalled(name) {
  try {
    const query = ["--show", "--showformat=${db:Status-Status}", name];
    return execFileSync("dpkg-query", query, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }) === "installed";
  } catch {
    return false;
  }
}

/** Everything that a test starts works in a folder below this one, so that nothing of it can be left behind. */
async function runTests() {
  const folder = mkdtempSync(join(tmpdir(), "dkimstatus-system-"));
  const vitest = ["node_modules/vitest/vitest.mjs", "run", "--config", "vitest.system.config.ts"];
  const child = spawn(process.execPath, [...vitest, ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, DKIMSTATUS_SYSTEM: folder },
  });
  // The terminal sends Ctrl-C to both; this process stays to clean up.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  const code = await new Promise((resolve) => {
    child.once("exit", (status) => {
      resolve(status ?? 130);
    });
  });
  endAllIn(folder);
  if (code === 0) rmSync(folder, { recursive: true, force: true });
  else console.error(`logs: ${folder}`);
  return code;
}

/** A process that works in our folder is one that we have started. */
function endAllIn(folder) {
  const left = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && worksIn(pid, folder));
  for (const pid of left) process.kill(Number(pid), "SIGKILL");
  const mounts = execFileSync("findmnt", ["--noheadings", "--raw", "--output", "TARGET"], { encoding: "utf8" });
  for (const path of mounts.split("\n").filter((target) => target.startsWith(folder + sep))) {
    execFileSync("umount", ["--lazy", path]);
  }
}

function worksIn(pid, folder) {
  try {
    return (readlinkSync(`/proc/${pid}/cwd`) + sep).startsWith(folder + sep);
  } catch {
    return false; // it has ended meanwhile
  }
}
