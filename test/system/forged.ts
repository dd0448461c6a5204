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
  "of DKIMproxy": "X-DKIM-Authentication-Results: pass\r\n",
};

/** Of another server: its readers may want it, ours do not trust it. */
export const OTHERS = "Authentication-Results: mx.other.example; dkim=pass header.d=other.example\r\n";
