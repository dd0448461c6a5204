import type * as React from "react";
import type { DkimStatusElement } from "../../element/dkim-status.js";
import type { DkimStatusJsx } from "../../element/jsx.js";
import type { ListedMessage } from "./embedding-messages.js";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements extends DkimStatusJsx<
      React.HTMLAttributes<HTMLElement> & React.RefAttributes<DkimStatusElement>
    > {}
  }
}

export function MessageList({ messages }: { messages: readonly ListedMessage[] }) {
  return (
    <ul className="rows">
      {messages.map(({ id, name, subject, headers }) => (
        <li key={id}>
          <dkim-status static show="all" headers={headers} trusted="mx.example.net" />
          <b>{name}</b> {subject}
        </li>
      ))}
    </ul>
  );
}
