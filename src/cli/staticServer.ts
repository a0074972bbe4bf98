/** Serves one folder to this machine only. */
import { createReadStream, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join, normalize, sep } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
};

/** Listens on 127.0.0.1; port 0 picks a free one. Rejects when the port is taken. */
export function serveFolder(folder: string, port: number): Promise<Server> {
  const server = createServer((request, response) => answer(folder, request, response));
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

function answer(folder: string, { method, url }: IncomingMessage, response: ServerResponse): void {
  const path = fileOf(folder, url ?? "/");
  const file = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  if (method !== "GET" && method !== "HEAD") fail(response, 405);
  else if (!path || !file?.isFile()) fail(response, 404);
  else {
    response.writeHead(200, {
      "content-type": TYPES[extname(path)] ?? "application/octet-stream",
      "content-length": file.size,
      "cache-control": "no-cache",
      "x-content-type-options": "nosniff",
    });
    if (method === "HEAD") response.end();
    else sendFile(path, response);
  }
}

function sendFile(path: string, response: ServerResponse): void {
  const stream = createReadStream(path);
  stream.on("error", () => response.destroy());
  stream.pipe(response);
}

/** Undefined for a path that leaves the folder or cannot be read. */
function fileOf(folder: string, url: string): string | undefined {
  try {
    const path = decodeURIComponent(new URL(url, "http://localhost").pathname);
    const file = normalize(join(folder, path.endsWith("/") ? `${path}index.html` : path));
    return !file.includes("\0") && file.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? file : undefined;
  } catch {
    return undefined;
  }
}

function fail(response: ServerResponse, status: number): void {
  response.writeHead(status, { "content-type": "text/plain" }).end(`${status}\n`);
}
