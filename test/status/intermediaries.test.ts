import { expect, test } from "vitest";
import { intermediaryOf, platformDomainOf } from "../../src/status/intermediaries.js";

test.each([
  ["yahoogroups.com", "yahoo-groups", "mailing-list"],
  ["googlegroups.com", "google-groups", "mailing-list"],
  ["groups.io", "groups.io", "mailing-list"],
  ["sendgrid.net", "sendgrid", "bulk-sender"],
  ["eu-west-1.amazonses.com", "amazon-ses", "bulk-sender"],
  ["mcsv.net", "mailchimp", "bulk-sender"],
  ["simplelogin.co", "simplelogin", "forwarder"],
  ["duck.com", "duckduckgo", "forwarder"],
  ["contoso.onmicrosoft.com", "microsoft365-default", "platform"],
  ["bank-com.20230601.gappssmtp.com", "google-workspace-default", "platform"],
])("%s is the service %s, a %s", (domain, id, kind) => {
  expect(intermediaryOf(domain)).toMatchObject({ id, kind });
});

test.each(["notgroups.io", "googlegroups.com.evil.net", "com", "io", "mandrillapp.com", "mozmail.com", "appleid.com"])(
  "%s is no known service",
  (domain) => {
    expect(intermediaryOf(domain)).toBeNull();
  },
);

test("only platforms have tenants of their own", () => {
  expect(platformDomainOf("a.onmicrosoft.de")).toBe("onmicrosoft.de");
  expect(platformDomainOf("onmicrosoft.com")).toBe("onmicrosoft.com");
  expect(platformDomainOf("a.amazonses.com")).toBeNull();
  expect(platformDomainOf("notonmicrosoft.com")).toBeNull();
});
