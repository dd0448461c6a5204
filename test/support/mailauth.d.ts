/** The parts of mailauth that tests talk to; the package has no types of its own. */
declare module "mailauth/lib/dkim/sign.js" {
  export function dkimSign(
    message: string,
    options: {
      canonicalization: string;
      signTime: Date;
      signatureData: { signingDomain: string; selector: string; privateKey: string }[];
    },
  ): Promise<{ signatures: string }>;
}
declare module "mailauth/lib/dkim/verify.js" {
  export function dkimVerify(
    message: Uint8Array,
    options: { curTime: Date; resolver: (name: string, type: string) => Promise<string[][]> },
  ): Promise<{ results: { status: { result: string } }[] }>;
}
