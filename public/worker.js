// What the worker does, behind worker-files.js or, in the one-file page, behind single-file/worker.js.
const ready = init({ module_or_path: program }).then(async () => new Workbench(await catalogue));

// One after the other, so that no answer overtakes that of an earlier request whose files are still being read.
let turn = Promise.resolve();
onmessage = ({ data }) => {
    turn = turn.then(() => answer(data));
};

async function answer([id, request, files]) {
    try {
        const workbench = await ready;
        for (const file of files) {
            // a little more than the largest file that is read, so that a larger one is refused without being read
            const bytes = await file.slice(0, 64e6 + 1).arrayBuffer();
            workbench.take(file.name, new Uint8Array(bytes), request);
        }
        postMessage([id, workbench.view(request)]);
    } catch (error) {
        // a program that broke must not answer again: the page starts another one
        postMessage([id, "A\tThis view could not be made (" + error + "). Your inputs are safe.", String(error)]);
    }
}
