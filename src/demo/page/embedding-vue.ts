import { defineComponent, h, type PropType } from "vue";
import type { ListedMessage } from "./embedding-messages.js";

export const MessageList = defineComponent({
  props: { messages: { type: Array as PropType<readonly ListedMessage[]>, required: true } },
  setup: (props) => () =>
    h(
      "ul",
      { class: "rows" },
      props.messages.map(({ id, name, subject, headers }) =>
        h("li", { key: id }, [
          h("dkim-status", { static: true, show: "all", headers, trusted: "mx.example.net" }),
          h("b", name),
          ` ${subject}`,
        ]),
      ),
    ),
});
