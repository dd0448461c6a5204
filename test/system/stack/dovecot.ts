import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Machine } from "./machine.js";
import { Mailbox } from "./mailbox.js";

/** A real Dovecot: LMTP into Maildir folders, IMAP out of them, and the logins that Postfix asks for. */
export class Dovecot {
  private constructor(
    private readonly machine: Machine,
    readonly lmtpPort: number,
    readonly imapPort: number,
  ) {}

  /** @param logins the password of each user who may submit mail; everybody has a mailbox */
  static async start(machine: Machine, logins: Readonly<Record<string, string>> = {}): Promise<Dovecot> {
    const dovecot = new Dovecot(machine, await machine.port(), await machine.port());
    const users = Object.entries(logins).map(([user, password]) => `${user}:{PLAIN}${password}\n`);
    machine.write("dovecot/users", users.join(""));
    execFileSync("chown", ["mail:mail", machine.mkdir("mail")]);
    const configuration = machine.write("dovecot/dovecot.conf", dovecot.#configuration());
    machine.mkdir("dovecot/run");
    const ports = [dovecot.lmtpPort, dovecot.imapPort];
    await machine.start("dovecot/dovecot", "dovecot", ["-F", "-c", configuration]).listening(...ports);
    return dovecot;
  }

  /** Where Postfix asks for logins: smtpd_sasl_path. */
  get loginSocket(): string {
    return this.machine.path("dovecot/run/postfix-login");
  }

  mailbox(address: string): Mailbox {
    return new Mailbox(join(this.machine.mkdir("mail"), address, "Maildir/new"));
  }

  #configuration(): string {
    const folder = this.machine.mkdir("dovecot");
    return `
base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = ${folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
default_vsz_limit = 512M
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_fsync = never
# As it arrived, line ends included.
mail_save_crlf = yes
lmtp_save_to_detail_mailbox = no
hostname = mx.home.example
passdb {
  driver = passwd-file
  args = scheme=plain username_format=%u ${folder}/users
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${this.machine.path("mail")}/%u allow_all_users=yes
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = ${this.imapPort}
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${this.lmtpPort}
  }
}
service auth {
  unix_listener postfix-login {
    mode = 0666
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
`;
  }
}
