import { GatewayService, type ServiceSettings } from "../service.js";
import type { OutgoingOptions } from "../smtp/outgoing.js";
import type { DkimproxyPolicy } from "./policy.js";

/**
 * Signs as DKIMproxy's configuration says: which keys, and how, may differ from message to message.
 * @param policy the one of the moment
 */
export function dkimproxySigner(
  policy: () => DkimproxyPolicy,
  settings: Omit<ServiceSettings, "signingPolicy" | "signing">,
): OutgoingOptions["signerFor"] {
  return (header) => {
    const decision = policy().decide(header);
    if (decision.keys === null) return { service: null, reason: decision.reason };
    return { service: new GatewayService({ ...settings, signingPolicy: { decide: () => decision } }), reason: null };
  };
}
