/**
 * UTF-16 code units of a field value that are read. Fields of large operators stay under 4 KiB; this bounds the work
 * for one field.
 */
export const MAX_FIELD_LENGTH = 64 * 1024;

/** Results that are read from one field, or written to one. A message with a dozen signatures needs about twenty. */
export const MAX_RESULTS = 100;

/**
 * UTF-8 octets of one written value, its quotes and escapes included. A line holds 998 octets (RFC 5322 §2.1.1), a
 * value is never folded, and its name needs room beside it.
 */
export const MAX_WRITTEN_VALUE = 900;
