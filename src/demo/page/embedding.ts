import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { createApp } from "vue";
import { setUpTheme } from "./chrome.js";
import { listedMessages } from "./embedding-messages.js";
import { MessageList as ReactList } from "./embedding-react.js";
import { MessageList as VueList } from "./embedding-vue.js";

setUpTheme();

const messages = await listedMessages();
createRoot(document.querySelector("#react .live")!).render(createElement(ReactList, { messages }));
createApp(VueList, { messages }).mount("#vue .live");

document.querySelector("#html code")!.textContent = sourceOfPage();
document.querySelector("#react code")!.textContent = await sourceOf("embedding-react.tsx");
document.querySelector("#vue code")!.textContent = await sourceOf("embedding-vue.ts");

/** What is shown is what runs. */
async function sourceOf(name: string): Promise<string> {
  return (await fetch(name)).text();
}

/** As it was written: the browser has put the attributes on one line, and escaped what stands in them. */
function sourceOfPage(): string {
  const lines = document.querySelector("#html .live")!.innerHTML.trimEnd().split("\n").slice(1);
  const margin = Math.min(...lines.map((line) => line.search(/\S/)));
  const markup = lines
    .map((line) => line.slice(margin))
    .join("\n")
    .replace(/ (display|trusted|from|results)=/g, "\n      $1=")
    .replace(/="([^"]*&quot;[^"]*)"/g, "='$1'")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");
  return `<script src="dkim-status.js"></script>\n\n${markup}`;
}
