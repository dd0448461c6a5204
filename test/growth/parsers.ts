/** Every parser of what strangers or operators write, with inputs that want to make it slow. */
import { MAX_FIELD_LENGTH } from "../../src/authentication-results/limits.js";
import { parseAuthenticationResults } from "../../src/authentication-results/parse.js";
import { fieldsToStrip } from "../../src/authentication-results/strip.js";
import { readTrusted } from "../../src/authentication-results/trust.js";
import { canonicalField } from "../../src/dkim/header-canonicalization.js";
import { parseKeyRecord } from "../../src/dkim/key-record.js";
import { MAX_KEY_RECORD_OCTETS, MAX_SIGNATURE_OCTETS } from "../../src/dkim/limits.js";
import { parseSignature } from "../../src/dkim/signature.js";
import { parseTagList } from "../../src/dkim/tag-list.js";
import { DnsConfigurationError } from "../../src/dns/errors.js";
import { readZone } from "../../src/dns/zone.js";
import { ConfigError } from "../../src/gateway/config/errors.js";
import { loadGatewayConfig } from "../../src/gateway/config/load.js";
import { parseHostList, parseKeyTable, parseSigningTable } from "../../src/gateway/config/opendkim.js";
import { parseConfFile } from "../../src/gateway/dkimproxy/conf-file.js";
import { parseMap } from "../../src/gateway/dkimproxy/lookup-map.js";
import { MAX_PACKET_OCTETS, PacketReader, ProtocolError } from "../../src/gateway/milter/framing.js";
import { ClientReader, MAX_COMMAND_OCTETS } from "../../src/gateway/smtp/client-reader.js";
import { clientAttributesOf, senderOf, verbOf } from "../../src/gateway/smtp/command.js";
import { stuffed } from "../../src/gateway/smtp/dot-stuffer.js";
import { SmugglingError } from "../../src/gateway/smtp/errors.js";
import { MAX_ADDRESS_LIST_OCTETS, parseAddressList } from "../../src/message/address-list.js";
import { authorOf } from "../../src/message/author.js";
import { decodeEncodedWords } from "../../src/message/encoded-word.js";
import { MAX_HEADER_OCTETS, parseHeaderText } from "../../src/message/header.js";
import { octetsOf } from "../../src/message/octets.js";
import { MAX_SHOWN_NAME, shownAddressDomains } from "../../src/message/shown-address.js";
import type { TestFolder } from "../gateway/config/folder.js";

export interface Parser {
  readonly name: string;
  /** Its limit in octets, or where it has none, more than anybody writes. */
  readonly limit: number;
  /** Inputs by what is repeated in them: a text in front, and what follows up to the length. */
  readonly families: Readonly<Record<string, Family>>;
  readonly parse: (text: string) => unknown;
}

/** An input of about that many octets. */
type Family = (octets: number) => string;

/** The unit again and again, numbered where it has a `#`. */
function repeated(before: string, unit: string, after = ""): Family {
  return (octets) => {
    let text = before;
    for (let number = 0; text.length + unit.length <= octets - after.length; number++) {
      text += unit.replace("#", String(number));
    }
    return text + after;
  };
}

/** Each mark of a format on its own, which is where most parsers that are slow are slow. */
function marks(before: string, units: readonly string[], after = ""): Record<string, Family> {
  return Object.fromEntries(units.map((unit) => [JSON.stringify(unit).slice(1, -1), repeated(before, unit, after)]));
}

const OPERATOR = 64 * 1024;
const ID = "mx.example.net";
const PASS = "dkim=pass header.d=a.example";

/** The faults that a parser may throw for its input. */
function faultless<Input>(parse: (input: Input) => unknown, ...faults: readonly (new (...args: never[]) => Error)[]) {
  return async (input: Input) => {
    try {
      await parse(input);
    } catch (error) {
      if (!faults.some((fault) => error instanceof fault)) throw error;
    }
  };
}

const headerOf = (text: string) => parseHeaderText(text, false);
const HEADER_MARKS = [
  "A: b\r\n",
  "A:\r\n",
  "\r\n ",
  "\r",
  "\n",
  ":",
  " ",
  "\t",
  "x",
  "\0",
  "From: a@b.example\r\n",
  "\r:From",
];

/** @param folder for what is read from files */
export function parsers(folder: TestFolder): Parser[] {
  return [
    {
      name: "header",
      limit: MAX_HEADER_OCTETS,
      families: { ...marks("", HEADER_MARKS), ...marks("From: a@b.example\r\nX:", ["\r\n ", "\r", "x"]) },
      parse: headerOf,
    },
    {
      name: "author",
      limit: MAX_HEADER_OCTETS,
      families: { ...marks("From: a@b.example\r\n", HEADER_MARKS), ...marks("no field\r\n", ["x\r\n", "From\r\n"]) },
      parse: (text) => authorOf(headerOf(text)),
    },
    {
      name: "address list",
      limit: MAX_ADDRESS_LIST_OCTETS,
      families: {
        ...marks("", [
          ",",
          "(",
          "()",
          '"',
          '""',
          "\\",
          "<",
          "<>",
          "@",
          ".",
          "a.",
          "a@b.example,",
          " ",
          "\r\n ",
          ";",
          ":",
        ]),
        ...marks("", ["=?", "=?utf-8?q?a?= ", "(a)a@b.example,", "G:a@b.example;,", "a\\", "\xc3\xbc"]),
        ...marks("(", ["(", "\\", "x"]),
        ...marks('"', ["\\", "x"]),
        ...marks("<@a", [",@a", "."], ":a@b.example>"),
        ...marks("a@b", [".b", "(c).b"]),
      },
      parse: parseAddressList,
    },
    {
      name: "encoded words",
      limit: MAX_ADDRESS_LIST_OCTETS,
      families: marks("", [
        "=?",
        "=?a",
        "=?a?",
        "=?a?b?",
        "=?a?q?=",
        "?=",
        "=?utf-8?q?a?=",
        "=?utf-8?q?a?= ",
        "=?utf-7?q?+?= ",
        "=",
        "*",
      ]),
      parse: decodeEncodedWords,
    },
    {
      name: "addresses in a name",
      limit: MAX_SHOWN_NAME,
      families: marks("", ["@", "@a", "@a.", "@.", "a.a", "@ ", "\u200b", "\u202e", "@a.example ", "@\u0301"]),
      parse: shownAddressDomains,
    },
    {
      name: "tag list",
      limit: MAX_SIGNATURE_OCTETS,
      families: marks("v=1;", [";", "=", "a#=b;", "a#=;", "a = ", " ", "\r\n ", "a", "a=a;"]),
      parse: parseTagList,
    },
    {
      name: "signature",
      limit: MAX_SIGNATURE_OCTETS,
      families: Object.fromEntries(
        [
          "h=a:",
          "h=a : ",
          "b=AA ",
          "bh==",
          "i==3D",
          "i==3B@",
          "d=a.",
          "s=a.",
          "c=/",
          "q=dns/txt:",
          "l=9",
          "x=9",
          "z=|",
        ].map((tag) => {
          const unit = tag.slice(tag.indexOf("=") + 1);
          return [tag, repeated(`v=1; a=rsa-sha256; ${tag.slice(0, tag.indexOf("=") + 1)}`, unit)];
        }),
      ),
      parse: (text) => parseSignature(headerOf(`DKIM-Signature: ${text}\r\n\r\n`).fields[0]!),
    },
    {
      name: "canonical field",
      limit: MAX_HEADER_OCTETS,
      families: marks("", [" ", "\t", "\r\n ", " x", "x", "\r"]),
      parse: (value) => canonicalField({ key: "x", raw: `X:${value}`, value }, "relaxed"),
    },
    {
      name: "key record",
      limit: MAX_KEY_RECORD_OCTETS,
      families: marks("v=DKIM1; p=", ["A", "A ", "=", ";", ":"]),
      parse: parseKeyRecord,
    },
    {
      name: "Authentication-Results",
      limit: MAX_FIELD_LENGTH,
      families: {
        ...marks(ID, [";", `; ${PASS}`, "(", "()", " ", "\r\n ", "/", "=", '"', "\\"]),
        ...marks(`${ID}; dkim=pass`, [
          " header.d=a",
          " a.b=c@d",
          "(",
          "()",
          ";",
          " ",
          ".",
          "a",
          " reason=a",
          "\xfc",
          "-",
        ]),
        ...marks(`${ID}; dkim=pass reason="`, ["\\", "x", '"']),
        ...marks(`${ID}; dkim=pass header.i=`, ["a.", "a@", "-", '""']),
      },
      parse: parseAuthenticationResults,
    },
    {
      name: "strip and trust",
      limit: MAX_HEADER_OCTETS,
      families: {
        ...marks("", [`Authentication-Results: ${ID}; ${PASS}\r\n`, `Authentication-Results: x.example; ${PASS}\r\n`]),
        ...marks("", ["Authentication-Results: (((\r\n", "Received: x\r\n", "X-DKIM-Authentication-Results: pass\r\n"]),
        ...marks(`Authentication-Results: ${ID}`, [";", " ", "(", "."]),
      },
      parse: (text) => {
        const { fields } = headerOf(text);
        return [fieldsToStrip(fields, [ID]), readTrusted(fields, { trusted: [ID], legacyFields: true })];
      },
    },
    {
      name: "BIND zone",
      limit: OPERATOR,
      families: {
        ...marks("$ORIGIN example.\n", [
          "(",
          ";",
          '"',
          "\\",
          "a# TXT b\n",
          "a#.b.c.d TXT b\n",
          "\n",
          " ",
          "\tTXT a\n",
          "@ IN SOA a b (\n",
        ]),
        ...marks("$ORIGIN example.\n", ["a.", "1h", "a TXT b\n", "\\046", "$ORIGIN a\n"]),
        "a name without end": repeated("$ORIGIN example.\n", "a.", "a TXT b\n"),
        ...marks("$ORIGIN example.\na TXT ", ['"b" ', "( ", "\\000"]),
      },
      parse: faultless((text: string) => readZone(text), DnsConfigurationError),
    },
    {
      name: "JSON zone",
      limit: OPERATOR,
      families: { names: (octets) => `{${repeated("", '"a#.example":["b"],')(octets - 20)}"z":null}` },
      parse: faultless((text: string) => readZone(text), DnsConfigurationError),
    },
    {
      name: "milter packets",
      limit: MAX_PACKET_OCTETS,
      families: {
        "small packets": repeated("", "\0\0\0\x02Lx"),
        "a packet in small pieces": packetOf,
      },
      parse: faultless((text: string) => {
        const reader = new PacketReader();
        const octets = octetsOf(text);
        for (let at = 0; at < octets.length; at += 64) reader.push(octets.subarray(at, at + 64));
      }, ProtocolError),
    },
    {
      name: "SMTP lines",
      limit: OPERATOR,
      families: marks("", ["NOOP\r\n", "x", "\r", "\n", "\r\n", "\0", " "]),
      parse: (text) => {
        const reader = new ClientReader();
        const octets = octetsOf(text);
        for (let at = 0; at < octets.length; at += 64) {
          reader.push(octets.subarray(at, at + 64));
          while (reader.next() !== null);
        }
      },
    },
    {
      name: "SMTP content",
      limit: OPERATOR,
      families: marks("DATA\r\n", [".", "..\r\n", "\r\n", "\r", "\n", "\r\n.", "x"]),
      parse: faultless(async (text: string) => {
        const reader = new ClientReader();
        reader.enterData();
        reader.push(octetsOf(text));
        while (reader.next() !== null);
        async function* content() {
          yield await Promise.resolve(octetsOf(text));
        }
        const wire = stuffed(content());
        while ((await wire.next()).done !== true);
      }, SmugglingError),
    },
    {
      name: "SMTP commands",
      limit: MAX_COMMAND_OCTETS,
      families: {
        ...marks("MAIL FROM:<", ['"', "\\", '"\\', "<", "a", '""'], ">"),
        ...marks("XFORWARD", [" ADDR=1", " ", " A=", "+3", "="]),
        ...marks("", [" ", "A"]),
      },
      parse: (text) => [verbOf(text), senderOf(text), clientAttributesOf(text)],
    },
    {
      name: "DKIMproxy files",
      limit: OPERATOR,
      families: {
        ...marks("", ["a# b\n", "a#.example dkim(s=x)\n", "#", " ", "\n", " #", "a", "-"]),
        ...marks("a.example ", ["dkim(s=x),", "(", ")", "dkim(c=relaxed,", ",", " ", "="]),
      },
      parse: (text) => [parseConfFile(text), parseMap(text, "map")],
    },
    {
      name: "OpenDKIM tables",
      limit: OPERATOR,
      families: marks("", [
        "k# a.example:s:/k\n",
        "*@a# k\n",
        ":",
        "#",
        " ",
        "\n",
        "%",
        "*",
        "192.0.2.1\n",
        "!::1\n",
        "a.",
        "/",
      ]),
      parse: (text) => [parseKeyTable(text, "t"), parseSigningTable(text, "t"), parseHostList(text, "t")],
    },
    {
      name: "TOML configuration",
      limit: OPERATOR / 4,
      families: {
        ...marks('authserv_id = "a"\n', ["a# = 1\n", "[a#]\n", "[[allow]]\n", "#", "\n", " ", "a.", "[", "{", '"']),
        ...marks('authserv_ids = ["a"', [',"b#"', ",", " "], "]\n"),
      },
      parse: faultless((text: string) => loadGatewayConfig(folder.write("growth.toml", text, 0o644)), ConfigError),
    },
  ];
}

/** One whole packet of so many octets. */
function packetOf(octets: number): string {
  const data = octets - 5;
  return String.fromCharCode(...[24, 16, 8, 0].map((shift) => ((data + 1) >> shift) & 255)) + "B" + "x".repeat(data);
}
