// The parts of the one-file page, which boot.js would fetch. It follows the program's glue and unpacked.js.
const block = (id) => document.getElementById(id).textContent;

globalThis.parts = {
    glue: async () => ({ default: __wbg_init }),
    wasm: () => unpacked(block("program")),
    catalogue: async () => new TextDecoder().decode(await unpacked(block("catalogue"))),
    worker() {
        const source = block("worker").replace("@PROGRAM@", block("workbench")).replace("@CATALOGUE@", block("catalogue"));
        return new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    },
};
