import { mkdirSync, writeFileSync } from "node:fs";
import { octetsOf } from "../message/octets.js";
import { SAMPLES } from "./samples/catalogue.js";
import { SampleKeys } from "./samples/keys.js";
import { createPostOffice } from "./samples/post-office.js";
import { writeSample } from "./samples/write.js";
import type { SampleEntry } from "./types.js";

/** The files of assets/samples/ by name, but the keys. The same keys give the same octets. */
export async function sampleFiles(keys: SampleKeys): Promise<ReadonlyMap<string, Uint8Array | string>> {
  const zone = keys.zone();
  const office = createPostOffice(keys.privateKeyOf, zone);
  const files = new Map<string, Uint8Array | string>();
  for (const sample of SAMPLES) files.set(`${sample.id}.eml`, octetsOf(await writeSample(sample, office)));
  const entries: SampleEntry[] = SAMPLES.map(({ id, receivedAt, title, about, expected }) => ({
    id,
    receivedAt: receivedAt.toISOString(),
    title,
    about,
    expected,
  }));
  files.set("index.json", JSON.stringify(entries, null, 2) + "\n");
  files.set("zone.json", JSON.stringify(zone, null, 2) + "\n");
  return files;
}

/** Writes the samples anew. */
export async function writeSamples(folder: string): Promise<void> {
  mkdirSync(`${folder}/keys`, { recursive: true });
  const keys = new SampleKeys(`${folder}/keys`);
  keys.complete();
  for (const [name, content] of await sampleFiles(keys)) writeFileSync(`${folder}/${name}`, content);
}
