/** What the library's doors offer beside the verbs that need adapters. */
export { FormatError, formatAuthenticationResults } from "../authentication-results/format.js";
export { parseAuthenticationResults } from "../authentication-results/parse.js";
export type {
  AuthenticationResults,
  Defect,
  DefectCode,
  MethodResult,
  Property,
} from "../authentication-results/types.js";
export type { Crypto, Hash, PrivateKey, PublicKey, PublicKeyMaterial } from "../dkim/crypto.js";
export type { MaybePromise } from "../dkim/maybe-promise.js";
export type { DkimResult, ReasonCode } from "../dkim/reasons.js";
export { DnsError, type Resolver, type TxtAnswer } from "../dkim/resolver.js";
export { SigningError, type SigningKey } from "../dkim/sign.js";
export { ArgumentError } from "../message/argument-error.js";
export type { AuthorReason } from "../message/author.js";
export { loadPublicSuffixList, type OrganizationalDomain } from "../status/organizational-domain.js";
export { statusOf } from "../status/status-of.js";
export type {
  Alignment,
  Author,
  Concern,
  ConcernCode,
  Intermediary,
  IntermediaryKind,
  Reason,
  State,
  Status,
  StatusReason,
  StatusReport,
} from "../status/types.js";
export type { AnnotateOptions } from "./annotate.js";
export { applyEdit } from "./edit.js";
export type { Library } from "./library.js";
export type { SignOptions } from "./sign.js";
export type { Edit, MessageSource, SignatureReport, Verification, VerificationPolicy, VerifyOptions } from "./types.js";
