// Tags texts with transformers.js: node transformers_js.mjs FOLDER DTYPE TEXTS.json
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { env, pipeline } from "@huggingface/transformers";

const [folder, dtype, file] = process.argv.slice(2);
env.allowRemoteModels = false;
env.localModelPath = dirname(folder);
const tagger = await pipeline("token-classification", basename(folder), { dtype });
const told = [];
for (const text of JSON.parse(readFileSync(file, "utf8"))) {
  told.push({
    subwords: await tagger(text),
    groups: await tagger(text, { aggregation_strategy: "simple" }),
  });
}
console.log(JSON.stringify(told));
