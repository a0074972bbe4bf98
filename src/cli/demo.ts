/** `demo`: the browser page on this machine. */
import type { AddressInfo } from "node:net";
import { Command } from "commander";
import { wholeNumber } from "./options.js";

const PORT = 8123;

export function demoCommand(): Command {
  return new Command("demo")
    .description(
      "serve the browser page on this machine until stopped; it scores ledgers without sending them anywhere",
    )
    .option("--port <n>", "port on 127.0.0.1 (0: a free one)", wholeNumber("--port", 0, 65_535), PORT)
    .action(run);
}

async function run({ port }: { readonly port: number }): Promise<void> {
  const [{ serveFolder }, { MantisError }, { existsSync }, { fileURLToPath }, { print }] = await Promise.all([
    import("./staticServer.js"),
    import("../errors.js"),
    import("node:fs"),
    import("node:url"),
    import("./output.js"),
  ]);
  const folder = fileURLToPath(new URL("../demo", import.meta.url));
  if (!existsSync(folder)) throw new MantisError("the page is not built: run npm run build:demo");
  try {
    const server = await serveFolder(folder, port);
    await print(`http://127.0.0.1:${(server.address() as AddressInfo).port}/  (Ctrl-C stops)\n`);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== "EADDRINUSE" && code !== "EACCES") throw cause;
    throw new MantisError(`port ${port} cannot be used (${code}): choose another with --port`, { cause });
  }
}
