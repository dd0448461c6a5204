/** Fields that claim the readers' trusted id, or that nobody can read: each must go, whatever its shape. */
export const FORGED: Readonly<Record<string, string>> = {
  plain: "Authentication-Results: mx.home.example; dkim=pass header.d=bank.example\r\n",
  "in capitals": "AUTHENTICATION-RESULTS: MX.HOME.EXAMPLE; dkim=pass header.d=bank.example\r\n",
  folded: "Authentication-Results:\r\n mx.home.example;\r\n\tdkim=pass header.d=bank.example\r\n",
  "behind a comment": "Authentication-Results: (a) mx.home.example (b) 1; dkim=pass header.d=bank.example\r\n",
  quoted: 'Authentication-Results: "mx.home.example"; dkim=pass header.d=bank.example\r\n',
  "without results": "Authentication-Results: mx.home.example\r\n",
  "that nobody can read": "Authentication-Results: (((; dkim=pass header.d=bank.example\r\n",
  empty: "Authentication-Results:\r\n",
  "with a space before the colon": "Authentication-Results : mx.home.example; dkim=pass header.d=bank.example\r\n",
  "with a tab before the colon": "authentication-RESULTS\t: mx.home.example; dkim=pass header.d=bank.example\r\n",
  "with the id behind an empty folded line": "Authentication-Results:\r\n \r\n mx.home.example; dkim=pass\r\n",
  "with a final dot": "Authentication-Results: mx.home.example.; dkim=pass header.d=bank.example\r\n",
  "with OpenDKIM's job id": "Authentication-Results: mx.home.example/4XyZ1; dkim=pass header.d=bank.example\r\n",
  "with escapes": 'Authentication-Results: "mx\\.home.exam\\ple"; dkim=pass header.d=bank.example\r\n',
  "in an encoded word": "Authentication-Results: =?utf-8?q?mx.home.example?=; dkim=pass header.d=bank.example\r\n",
  "in full-width letters": "Authentication-Results: \xef\xbd\x8dx.home.example; dkim=pass header.d=bank.example\r\n",
  "with a comment in the middle": "Authentication-Results: mx.home(x).example; dkim=pass header.d=bank.example\r\n",
  "with an octet of 0 in the id": "Authentication-Results: mx.home\0.example; dkim=pass header.d=bank.example\r\n",
  "with an octet of 0 in front": "Authentication-Results: \0 mx.home.example; dkim=pass header.d=bank.example\r\n",
  "with a vertical tab": "Authentication-Results: \vmx.home.example; dkim=pass header.d=bank.example\r\n",
  "on a line of 5,000 octets": `Authentication-Results:${" ".repeat(5000)}mx.home.example; dkim=pass\r\n`,
  "of 150 kB": `Authentication-Results: mx.home.example;\r\n${` dkim=pass header.d=bank.example;\r\n`.repeat(4500)} dkim=pass\r\n`,
  "of DKIMproxy": "X-DKIM-Authentication-Results: pass\r\n",
};

/** Of another server: its readers may want it, ours do not trust it. */
export const OTHERS = "Authentication-Results: mx.other.example; dkim=pass header.d=other.example\r\n";
