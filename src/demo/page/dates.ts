const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const DAY_AND_YEAR = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });
const MOMENT = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "short", timeZone: "UTC" });

/** The year of the sample mailbox. */
const THIS_YEAR = 2026;

export function shortDate(iso: string): string {
  const date = new Date(iso);
  return (date.getUTCFullYear() === THIS_YEAR ? DAY : DAY_AND_YEAR).format(date);
}

export function longDate(iso: string): string {
  return MOMENT.format(new Date(iso));
}
