// Runs in a browser: scores the data that the server holds, posts salience and breakdown back.
import { inlineExecutor, openKernel, scoreChallenges } from "../../dist/index.js";

const types = { Uint16Array, Int32Array, Float32Array, Float64Array };
const revive = (_, value) => {
  if (value?.pairs) return new Map(value.pairs);
  if (!value?.array) return value;
  return new types[value.array](Uint8Array.from(atob(value.base64), (character) => character.charCodeAt(0)).buffer);
};

async function run() {
  const { data, profile } = JSON.parse(await (await fetch("/data")).text(), revive);
  const { salience, breakdown } = await scoreChallenges(data, {
    profile,
    executor: inlineExecutor(await openKernel()),
  });
  return { salience, breakdown, engine: navigator.userAgent };
}

const result = await run().catch((error) => ({ error: String(error?.stack ?? error) }));
await fetch("/result", { method: "POST", body: JSON.stringify(result) });
