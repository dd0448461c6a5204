import { createHash, timingSafeEqual } from "node:crypto";

/**
 * @param token what clients must send as `Authorization: Bearer`; null lets everybody in
 * @returns the test whether the header's value has it; it takes the same time wherever the two differ
 */
export function tokenCheck(token: string | null): (authorization: string | undefined) => boolean {
  if (token === null) return () => true;
  const expected = digest(token);
  return (authorization) => {
    const [, given] = /^bearer +([^ ]+) *$/i.exec(authorization ?? "") ?? [];
    return given !== undefined && timingSafeEqual(digest(given), expected);
  };
}

/** Makes what is compared equally long. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
