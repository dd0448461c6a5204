import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { unzipSync } from "fflate";
import type { Bind } from "./bind.js";
import type { Dovecot } from "./dovecot.js";
import type { Machine } from "./machine.js";
import { asMachineResolver } from "./name-server-of-the-machine.js";

/**
 * Debian's package, or another Roundcube that is installed: with what its composer.json and jsdeps.json name, and the CSS
 * of its skins.
 */
const INSTALLED = process.env["DKIMSTATUS_ROUNDCUBE"] ?? "/usr/share/roundcube";
/** The package keeps its defaults there. */
const DEFAULTS = [join(INSTALLED, "config"), "/etc/roundcube"].find((folder) =>
  existsSync(join(folder, "defaults.inc.php")),
)!;
/** As `npm run build:plugin` leaves it, to be unpacked below plugins/. */
const ARCHIVE = fileURLToPath(new URL("../../../dist/dkimstatus-roundcube.zip", import.meta.url));

/** Not every Roundcube has the older two. */
export const SKINS = (["elastic", "larry", "classic"] as const).filter((name) =>
  existsSync(join(INSTALLED, "skins", name)),
);

export type Settings = Readonly<Record<string, unknown>>;

/** A real Roundcube with a folder, a database and a configuration of its own; its code stays where Debian put it. */
export class Roundcube {
  private constructor(
    private readonly machine: Machine,
    private readonly dovecot: Dovecot,
    readonly port: number,
  ) {}

  static async start(machine: Machine, dovecot: Dovecot, bind: Bind, settings: Settings): Promise<Roundcube> {
    const roundcube = new Roundcube(machine, dovecot, await machine.port());
    roundcube.#build();
    roundcube.configure(settings);
    const resolver = await asMachineResolver(machine, bind);
    const php = [
      "php",
      "-d",
      "opcache.enable=0",
      "-S",
      `127.0.0.1:${roundcube.port}`,
      "-t",
      roundcube.#path("public_html"),
    ];
    const [command = "", ...args] = [...resolver, ...php];
    const env = { PHP_CLI_SERVER_WORKERS: "6", ROUNDCUBE_CONFIG_DIR: roundcube.#path("config") };
    await machine.start("roundcube/php", command, args, { env }).listening(roundcube.port);
    return roundcube;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** Where tools of Roundcube's own, such as those in bin/, find it. */
  get environment(): Record<string, string> {
    return { ROUNDCUBE: this.#path(""), ROUNDCUBE_CONFIG_DIR: this.#path("config") };
  }

  /** From the next request on. A skin, a layout and no plugin can also be chosen by a cookie. */
  configure(settings: Settings): void {
    const all = {
      db_dsnw: `sqlite:///${this.#path("db.sqlite")}?mode=0640`,
      ...imapAt(this.dovecot.imapPort),
      imap_debug: true,
      smtp_host: "127.0.0.1:1",
      des_key: "systemtest-24-characters",
      log_driver: "file",
      log_dir: this.#path("logs/"),
      temp_dir: this.#path("temp/"),
      create_default_folders: true,
      language: "en_US",
      enable_spellcheck: false,
      session_lifetime: 600,
      ip_check: false,
      use_https: false,
      ...settings,
    };
    const choices = `
$config['plugins'] = empty($_COOKIE['without']) ? ['dkimstatus'] : [];
$config['skin'] = preg_replace('/[^a-z]/', '', $_COOKIE['skin'] ?? 'elastic');
$config['layout'] = preg_replace('/[^a-z]/', '', $_COOKIE['layout'] ?? 'widescreen');
`;
    const config = `<?php\n$config = json_decode(<<<'JSON'\n${JSON.stringify(all)}\nJSON\n, true);\n${choices}`;
    this.machine.write("roundcube/config/config.inc.php", config);
  }

  /** Commands that went to the IMAP server since the last time. */
  imapCommands(): string[] {
    const file = this.#path("logs/imap.log");
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    const commands = [...text.slice(this.#seen).matchAll(/\] C: A\d+ (.*)/g)].map(([, command]) => command!.trim());
    this.#seen = text.length;
    return commands;
  }

  errors(): string {
    const file = this.#path("logs/errors.log");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  #seen = 0;

  #path(name: string): string {
    return join(this.machine.folder, "roundcube", name);
  }

  #build(): void {
    for (const folder of ["config", "plugins", "logs", "temp", "public_html/program"]) {
      this.machine.mkdir(`roundcube/${folder}`);
    }
    const link = (from: string, to: string) => {
      symlinkSync(from, this.#path(to));
    };
    for (const name of ["program", "skins", "SQL", "bin", "vendor"]) {
      if (existsSync(join(INSTALLED, name))) link(join(INSTALLED, name), name);
    }
    for (const name of readdirSync(join(INSTALLED, "plugins")))
      link(join(INSTALLED, "plugins", name), `plugins/${name}`);
    for (const name of ["plugins", "skins"]) link(`../${name}`, `public_html/${name}`);
    for (const name of ["js", "resources"]) link(join(INSTALLED, "program", name), `public_html/program/${name}`);
    for (const name of ["defaults.inc.php", "mimetypes.php"]) link(join(DEFAULTS, name), `config/${name}`);
    for (const [name, content] of Object.entries(unzipSync(readFileSync(ARCHIVE)))) {
      this.machine.write(`roundcube/plugins/${name}`, content, name.includes("/bin/") ? 0o755 : 0o644);
    }
    const door = join(INSTALLED, "public_html/static.php"); // from 1.7 on there is no other door
    if (existsSync(door)) copyFileSync(door, this.#path("public_html/static.php"));
    const index = existsSync(door) ? "public_html/index.php" : "index.php";
    const start = `<?php\ndefine("INSTALL_PATH", ${JSON.stringify(this.#path("/"))});\ninclude ${JSON.stringify(join(INSTALLED, index))};\n`;
    this.machine.write("roundcube/public_html/index.php", start);
    const schema = readFileSync(join(INSTALLED, "SQL/sqlite.initial.sql"));
    execFileSync("sqlite3", [this.#path("db.sqlite")], { input: schema });
  }
}

/** The setting has one name from 1.6 on. */
function imapAt(port: number): Settings {
  const isOld = !readFileSync(join(DEFAULTS, "defaults.inc.php"), "utf8").includes("imap_host");
  return isOld ? { default_host: "127.0.0.1", default_port: port } : { imap_host: `127.0.0.1:${port}` };
}
