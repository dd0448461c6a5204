import * as v from "valibot";
import { SCHEMA } from "./schema.js";
import { settingsOf, type GatewaySettings } from "./settings.js";

/** The settings of a gateway without a configuration file: those of an empty one. */
export function defaultSettings(): GatewaySettings {
  return settingsOf(v.parse(SCHEMA, {}), "");
}
