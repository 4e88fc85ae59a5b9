// The worker that makes the larger views, with what it loads: the build puts names and digests here. See worker.js.
import init, { Workbench } from "./@WORKBENCH@.js";

const program = fetch("./@WORKBENCH@_bg.wasm", { integrity: "@PROGRAM@" });
const catalogue = fetch("./@CATALOGUE@", { integrity: "@DIGEST@" }).then((response) => response.text());
