"""dkimpy as a peer: `verify PORT FILE…` and `sign KEY DOMAIN SELECTOR CANONICALIZATION ALGORITHM FILE…`."""

import base64
import json
import re
import sys

import dkim
import dns.resolver


def main(command, *arguments):
    {"verify": verify, "sign": sign}[command](*arguments)


def verify(port, *files):
    """One line of JSON for each file: the result of each signature, from the top down."""
    ask = asker(int(port))
    for file in files:
        with open(file, "rb") as stream:
            message = stream.read()
        try:
            count = sum(name.lower() == b"dkim-signature" for name, _ in dkim.rfc822_parse(message)[0])
        except Exception as error:  # not only its own: white space at the start lets it fall
            print(json.dumps([str(error)]))
        else:
            print(json.dumps([verdict(message, index, ask) for index in range(count)]))


def verdict(message, index, ask):
    try:
        return "pass" if dkim.DKIM(message, minkey=1024).verify(idx=index, dnsfunc=ask) else "fail"
    except Exception as error:  # not only its own: some tags that it cannot read let it fall
        return str(error)


def asker(port):
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    resolver.port = port

    def ask(name, timeout=5):
        try:
            answer = resolver.resolve(name.decode(), "TXT", lifetime=timeout)
        except dns.resolver.NXDOMAIN:
            return None
        return b"".join(answer[0].strings)

    return ask


def sign(key, domain, selector, canonicalization, algorithm, *files):
    """Writes each message with a signature on top to FILE.signed."""
    with open(key, "rb") as stream:
        private_key = stream.read()
    if algorithm.startswith("ed25519"):
        body = re.sub(rb"-----[^-]+-----|\s", b"", private_key)
        private_key = base64.b64encode(base64.b64decode(body)[-32:])
    for file in files:
        with open(file, "rb") as stream:
            message = stream.read()
        field = dkim.sign(
            message,
            selector.encode(),
            domain.encode(),
            private_key,
            canonicalize=tuple(part.encode() for part in canonicalization.split("/")),
            signature_algorithm=algorithm.encode(),
        )
        with open(f"{file}.signed", "wb") as stream:
            stream.write(field + message)


main(*sys.argv[1:])
