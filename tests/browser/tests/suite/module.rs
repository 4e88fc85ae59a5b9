//! The ES module in a page: as plain scripts, and through a bundler.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use browser_tests::{Page, Site, in_every_browser};

/// What a page that uses the module must allow.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src 'self'; base-uri 'none'";

const HTML: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>A page with the module</title></head>
<body><p id=\"answer\"></p><p id=\"more\"></p><script type=\"module\" src=\"./main.js\"></script></body></html>";

/// Uses a function of each kind, one of which loads a program later.
const MAIN: &str = r##"import { catalogue, decodeLink, encodeLink, evaluate, importFile, plan, priceUsage } from "@MODULE@";
const say = (id, text) => { document.querySelector(id).textContent = text; };
try {
    const report = evaluate({ volume: "20B", gpu: "h200-sxm" });
    const bill = await priceUsage({ prices: { input_mtok: "0.1" }, usage: { input_tokens: 5000000 } });
    const rows = { "acme/one": { litellm_provider: "acme", mode: "chat", input_cost_per_token: 3e-7, output_cost_per_token: 7e-7 } };
    const file = await importFile("prices.json", new TextEncoder().encode(JSON.stringify(rows)));
    const ranking = await plan({ volume: "20B" });
    let refused;
    try { evaluate({ gpu: "h100-smx" }); } catch (error) { refused = error.hint; }
    say("#more", [
        decodeLink(encodeLink({ volume: "7B" })).scenario.volume, bill.total_usd, file.apiPrices.length,
        ranking.rows.length > 5, catalogue().gpus.length > 5, refused,
    ].join(" "));
    say("#answer", report.verdict);
} catch (error) {
    say("#answer", `broken: ${error.stack ?? JSON.stringify(error)}`);
}
"##;

/// Whether a caller of each kind got what it asked for.
#[track_caller]
fn answers(page: &Page, folder: &Path) {
    let site = Site::of_folder("/some/path/", folder, POLICY);
    page.goto(site.url());
    page.wait_until("an answer", "return document.querySelector('#answer').textContent !== ''");
    let answer = page.text("#answer");
    assert!(answer.contains("20B tokens a month"), "{answer}");
    assert_eq!(page.text("#more"), "7000000000 0.5 1 true true Did you mean h100-sxm?");
    // the icon is what the browser asks for by itself
    let asked: Vec<_> =
        site.requests().into_iter().filter(|request| request.path != "/favicon.ico").collect();
    assert!(asked.iter().all(|request| request.status == 200), "{asked:?}");
}

fn folder(kind: &str, page: &Page) -> PathBuf {
    let folder =
        browser_tests::root().join(format!("target/browser-tests/module-{kind}-{:?}", page.browser()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn copy_module(to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for file in
        fs::read_dir(browser_tests::root().join("pkg")).expect("pkg/ is missing: run ./dev build").flatten()
    {
        fs::copy(file.path(), to.join(file.file_name())).expect("a file of the module");
    }
}

in_every_browser!(as_plain_scripts, |page| {
    let folder = folder("plain", page);
    copy_module(&folder.join("llm-breakeven"));
    fs::write(folder.join("index.html"), HTML).expect("a page");
    fs::write(folder.join("main.js"), MAIN.replace("@MODULE@", "./llm-breakeven/index.js"))
        .expect("a script");
    answers(page, &folder);
});

in_every_browser!(through_vite, |page| {
    let folder = folder("vite", page);
    copy_module(&folder.join("node_modules/llm-breakeven"));
    fs::write(folder.join("index.html"), HTML).expect("a page");
    fs::write(folder.join("main.js"), MAIN.replace("@MODULE@", "llm-breakeven")).expect("a script");
    // as docs/module.md says
    fs::write(folder.join("vite.config.js"), "export default { base: './', build: { target: 'es2022' } };\n")
        .expect("a file");
    let tools = std::env::var_os("LLM_BREAKEVEN_TOOLS")
        .map_or_else(|| browser_tests::root().join(".tools"), PathBuf::from);
    let vite = tools.join("npm-tests/node_modules/vite/bin/vite.js");
    let built = Command::new("node").arg(vite).arg("build").current_dir(&folder).output().expect("node");
    assert!(
        built.status.success(),
        "{}{}",
        String::from_utf8_lossy(&built.stdout),
        String::from_utf8_lossy(&built.stderr)
    );
    answers(page, &folder.join("dist"));
});
