import { writeSamples } from "../make-samples.js";

await writeSamples("assets/samples");
