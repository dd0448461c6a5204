import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves pages from memory on a free port of loopback.
 * @param pages content by path; the type follows from the path's end
 * @param headers of every answer
 */
export async function servePages(
  pages: Readonly<Record<string, string | Uint8Array>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<PageServer> {
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0]!;
    const content = pages[path];
    response.writeHead(content === undefined ? 404 : 200, { ...headers, "content-type": typeOf(path) });
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

function typeOf(path: string): string {
  if (path.endsWith(".js")) return "text/javascript";
  if (path.endsWith(".css")) return "text/css";
  return "text/html; charset=utf-8";
}
