//! Links and files made to do harm: each is answered by a message, and all else stays as it was.

use browser_tests::{Page, in_every_browser};
use serde_json::{Value, json};

use crate::{assert_stands, fresh, press, string, verdict};

/// What an attack would have changed: prototypes, elements, storage, the title, dialogs.
const TRACES: &str = "
    const storage = () => { try { return localStorage.length + sessionStorage.length } catch { return 0 } };
    return [
        ({}).polluted, [].polluted, Object.prototype.isAdmin, window.__hit,
        document.querySelectorAll('img, iframe, object, embed, svg script, body script, a[href^=javascript]').length,
        storage(), document.cookie, document.title,
    ]";

fn traces(page: &Page) -> Value {
    page.eval(TRACES)
}

fn notices(page: &Page) -> String {
    string(
        &page.eval(
            "return [...document.querySelectorAll('.notices li')].map((e) => e.textContent).join(' | ')",
        ),
    )
}

in_every_browser!(links, |page| {
    let site = fresh(page);
    let (clean, default) = (traces(page), verdict(page));
    let huge = format!("1;t=7B;x={}", "A".repeat(1_000_000));
    let many = format!("1;{}", "gpu=h100-sxm;".repeat(5_000));
    let nested = format!("1;gpu=%{}41", "25".repeat(300));
    for (number, (link, told)) in [
        ("1;gpu=<img src=x onerror=window.__hit=1>", "is not in the list"),
        ("1;gpu=%3Cscript%3Ewindow.__hit=1%3C/script%3E", "is not in the list"),
        ("1;m=javascript:window.__hit=1", "is not in the list"),
        ("1;t=${window.__hit=1}", "is no number"),
        ("1;__proto__=polluted;constructor=1", "is unknown"),
        ("1;__proto__.polluted=1;toString=1", "is unknown"),
        ("1;gpu=%E0%A4%A%%%00", ""),
        ("1;gpu=\u{202e}mxs-001h", "is not in the list"),
        ("1;cur=<b>", ""),
        ("1;own=<svg/onload=window.__hit=1>", ""),
        (nested.as_str(), ""),
        (huge.as_str(), "longer than any"),
        (many.as_str(), ""),
    ]
    .into_iter()
    .enumerate()
    {
        page.goto(&format!("{}?h={number}#{link}", site.url()));
        page.wait_until(
            "the new page",
            &format!(
                "return location.search === '?h={number}' && document.documentElement.dataset.started === ''"
            ),
        );
        assert_stands(page);
        let said = notices(page);
        assert!(!said.is_empty() && said.contains(told), "{link:.60}: {said:.200}");
        assert!(said.len() < 2_000, "{link:.60}: {} characters are told", said.len());
        assert_eq!(traces(page), clean, "{link:.60}");
        if !link.contains("t=7B") {
            assert_eq!(verdict(page), default, "{link:.60}: what cannot be read changes nothing");
        }
    }
    // the page that met all of them still calculates
    page.set("#volume", "9B");
    page.wait_for_text(".verdict", "9B tokens a month");
});

/// Hands a file over as a hand would choose it, made in the page by a JavaScript expression.
#[track_caller]
fn choose(page: &Page, name: &str, parts: &str) {
    let script = format!(
        "const files = new DataTransfer(); files.items.add(new File([{parts}], arguments[0]));
         const input = document.querySelector('#view [data-files]'); input.files = files.files;
         input.dispatchEvent(new Event('change', {{ bubbles: true }}));"
    );
    page.eval_with(&script, vec![json!(name)]);
    page.wait_for_text("#view", &format!("Last import: {name}"));
}

in_every_browser!(files, |page| {
    fresh(page);
    page.open_view("Your data");
    let (clean, default, link) = (traces(page), verdict(page), page.fragment());
    let row = r#"{"litellm_provider": "acme", "mode": "chat", "input_cost_per_token": 3e-7, "output_cost_per_token": 7e-7}"#;
    let text = |text: &str| json!(text).to_string();
    for (name, parts) in [
        (
            "proto.json",
            text(&format!(
                r#"{{"__proto__": {{"polluted": 1}}, "constructor": {{"prototype": {{"isAdmin": 1}}}}, "acme/one": {row}}}"#
            )),
        ),
        ("deep.json", "'['.repeat(200000)".into()),
        ("deep-objects.json", "'{\"a\":'.repeat(100000) + '1' + '}'.repeat(100000)".into()),
        (
            "script.json",
            text(&format!(
                r#"{{"<img src=x onerror=window.__hit=1>": {row}, "</script><script>window.__hit=1</script>": {row}}}"#
            )),
        ),
        ("<img src=x onerror=window.__hit=1>.json", text("{")),
        (
            "long-number.json",
            "'{\"acme/one\": {\"litellm_provider\": \"acme\", \"mode\": \"chat\", \"input_cost_per_token\": 0.' + '3'.repeat(1000000) + ', \"output_cost_per_token\": 1e999}}'".into(),
        ),
        ("long-name.json", format!("'{{\"' + 'x'.repeat(1000000) + '\": {}}}'", row.replace('\'', ""))),
        ("nothing.json", text("")),
        ("noise.bin", "Uint8Array.from({ length: 300000 }, (_, i) => (i * 7919) >> 3)".into()),
        ("header.safetensors", "new Uint8Array([255, 255, 255, 255, 255, 255, 255, 127, 123])".into()),
        ("header.gguf", "'GGUF', new Uint8Array([3, 0, 0, 0, ...Array(16).fill(255)])".into()),
        ("formula.csv", text("model,input_cost_per_token\n=HYPERLINK(\"http://x\"),3e-7\n")),
    ] {
        choose(page, name, &parts);
        let said = string(&page.eval("return document.querySelector('#view').textContent"));
        assert!(!said.contains("could not be made"), "{name}: the worker lives: {said:.300}");
        assert!(said.len() < 60_000, "{name}: {} characters are shown", said.len());
        assert_eq!(traces(page), clean, "{name}");
        assert_eq!(
            (verdict(page), page.fragment()),
            (default.clone(), link.clone()),
            "{name}: a file changes no input"
        );
        assert_stands(page);
    }
    // and a good one after them is read
    page.set("#view [data-key=paste]", &format!(r#"{{"acme/good": {row}}}"#));
    press(page, "Read what is pasted");
    page.wait_for_text("#view", "acme/good");
});
