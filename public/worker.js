// What the worker does, behind worker-files.js or, in the one-file page, behind single-file/worker.js.
const ready = init({ module_or_path: program }).then(async () => new Workbench(await catalogue));

// A little more than the largest file that is read whole, so that a larger one is refused without being read.
const WHOLE = 64e6 + 1;
// Usage files are read piece by piece, so that their size does not matter.
const HEAD = 64e3, PIECE = 4e6;

// One after the other, so that no answer overtakes that of an earlier request whose files are still being read.
let turn = Promise.resolve(), current;
onmessage = ({ data }) => {
    turn = turn.then(() => answer(data));
};

globalThis.tellShare = (share) => postMessage([current, , , share]);

async function take(workbench, file, request) {
    const piece = async (from, to) => new Uint8Array(await file.slice(from, to).arrayBuffer());
    if (!workbench.opens(await piece(0, HEAD))) return workbench.take(file.name, await piece(0, WHOLE), request);
    for (let at = 0; at < file.size; at += PIECE) {
        workbench.push(await piece(at, at + PIECE));
        tellShare(Math.min((at + PIECE) / file.size, 1));
    }
    workbench.close(file.name);
}

async function answer([id, request, files]) {
    current = id;
    try {
        const workbench = await ready;
        for (const file of files) await take(workbench, file, request);
        postMessage([id, workbench.view(request)]);
    } catch (error) {
        // a program that broke must not answer again: the page starts another one
        postMessage([id, "A\tThis view could not be made (" + error + "). Your inputs are safe.", String(error)]);
    }
}
