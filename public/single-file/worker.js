// The worker of the one-file page, which holds program and catalogue as texts. It follows the program's glue and
// unpacked.js; worker.js follows it.
const init = __wbg_init;
const program = unpacked("@PROGRAM@");
const catalogue = unpacked("@CATALOGUE@").then((bytes) => new TextDecoder().decode(bytes));
