// Tags a text with transformers.js: node transformers_js.mjs FOLDER DTYPE TEXT
import { basename, dirname } from "node:path";
import { env, pipeline } from "@huggingface/transformers";

const [folder, dtype, text] = process.argv.slice(2);
env.allowRemoteModels = false;
env.localModelPath = dirname(folder);
const tagger = await pipeline("token-classification", basename(folder), { dtype });
console.log(JSON.stringify({
  subwords: await tagger(text),
  groups: await tagger(text, { aggregation_strategy: "simple" }),
}));
