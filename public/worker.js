// The worker that makes the larger views. The build names its files by their content and puts the names here.
import init, { Workbench } from "./WORKBENCH.js";

const catalogue = fetch("./CATALOGUE").then((response) => response.text());
const ready = init({ module_or_path: new URL("./WORKBENCH_bg.wasm", import.meta.url) }).then(async () => new Workbench(await catalogue));

onmessage = async ({ data: [id, request, files] }) => {
    try {
        const workbench = await ready;
        for (const file of files) {
            if (file.size > workbench.most_bytes()) workbench.refuse(file.name, file.size);
            else workbench.take(file.name, new Uint8Array(await file.arrayBuffer()), request);
        }
        postMessage([id, workbench.view(request)]);
    } catch (error) {
        // a program that broke must not answer again: the page starts another one
        postMessage([id, "A\tThis view could not be made (" + error + "). Your inputs are safe.", String(error)]);
    }
};
