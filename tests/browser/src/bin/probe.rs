use browser_tests::{Browser, Page, Site};
fn main() {
    let site = Site::of_untouched_dist("/");
    let page = Page::start(Browser::Chromium);
    page.open(site.url());
    for css in std::env::args().skip(1) {
    page.eval_with("const s = new CSSStyleSheet(); s.replaceSync(arguments[0]); document.adoptedStyleSheets = [s]; console.debug(1)", vec![serde_json::json!(css)]);
    let r = page.eval_async(
        "const done = arguments[arguments.length - 1];
         const input = document.querySelector('#volume');
         const once = (text) => new Promise((resolve) => requestAnimationFrame(() => {
             const began = performance.now();
             input.value = text;
             input.dispatchEvent(new Event('input', { bubbles: true }));
             const sync = performance.now() - began;
             let effects, layout;
             const later = (n) => queueMicrotask(() => { if (n) return later(n - 1); effects = performance.now() - began; document.body.offsetHeight; layout = performance.now() - began; });
             later(20);
             const channel = new MessageChannel();
             channel.port1.onmessage = () => resolve([sync, effects, layout, performance.now() - began]);
             channel.port2.postMessage(0);
         }));
         (async () => {
             input.focus();
             const times = [];
             for (let i = 0; i < 330; i++) times.push(await once(`${(2 + i * 0.37).toFixed(2)}B`));
             const q = (k, p) => times.slice(30).map((t) => t[k]).sort((a, b) => a - b)[Math.floor(300 * p)];
             const base = document.querySelectorAll('.plot svg *').length;
             done([0.5, 0.95].map((p) => [0,1,2,3].map((k) => q(k, p).toFixed(2)).join(' ')).concat(['nodes ' + base, 'all ' + document.querySelectorAll('*').length]));
         })().catch((error) => done(String(error)));");
    println!("{css}: {r}"); }
}
