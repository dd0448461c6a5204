/**
 * Milliseconds for one lookup with all its retries, as an adapter's default. A resolver that has to ask distant servers
 * takes 1 or 2 seconds, and an SMTP client does not wait for long.
 */
export const LOOKUP_TIMEOUT = 5_000;
