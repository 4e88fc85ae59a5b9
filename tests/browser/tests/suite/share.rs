//! The Share view: what it hands out is right for this host, gets to the clipboard, and works in another site.

use browser_tests::{Page, in_every_browser};
use serde_json::json;

use crate::embed::host;
use crate::hosts::{frame_of, wait_for_calculator};
use crate::{answer, fresh, string};

/// What the fields of the view hold, in their order.
fn texts(page: &Page) -> Vec<String> {
    let texts =
        page.eval("return [...document.querySelectorAll('#view .copy textarea')].map((e) => e.value)");
    texts.as_array().into_iter().flatten().map(string).collect()
}

/// The last of them, once it has this part.
fn code_with(page: &Page, part: &str) -> String {
    let condition = format!(
        "return [...document.querySelectorAll('#view .copy textarea')].at(-1)?.value.includes({})",
        json!(part)
    );
    page.wait_until(part, &condition);
    texts(page).pop().unwrap_or_default()
}

in_every_browser!(code_for_every_site_and_one_of_them_live, |page| {
    let calculator = fresh(page);
    page.set("#volume", "7B");
    page.wait_for_fragment("t=7B");
    page.open_view("Share");
    let (home, fragment) = (calculator.url().to_owned(), page.fragment());
    assert_eq!(texts(page)[0], format!("{home}#{fragment}"));
    assert!(texts(page)[1].contains("7B tokens a month"));
    assert!(texts(page)[2].starts_with("| Tokens a month | API | Self-hosted |"));
    for (site, part) in [
        ("mkdocs", "<llm-breakeven"),
        ("docusaurus", "<llm-breakeven"),
        ("starlight", "<llm-breakeven"),
        ("sphinx", ".. raw:: html"),
        ("frame", "<iframe src"),
        ("static", "![Monthly cost"),
        ("html", "embed.js\" defer></script>"),
    ] {
        answer(page, "site", site);
        let code = code_with(page, part);
        assert!(code.contains(&fragment) && code.contains(&home), "{site}: {code}");
        let all = texts(page).join("\n");
        assert!(all.contains(&format!("{home}embed.js")) || ["frame", "static"].contains(&site), "{all}");
    }
    page.click("#view [data-key=card]");
    let code = code_with(page, " card>");

    let site = host(page, "shared", &code, &[calculator.address()]);
    page.goto(site.url());
    page.eval("document.querySelector('llm-breakeven').id = 'live'");
    wait_for_calculator(page, "live");
    page.enter_frame_of(&frame_of("live"));
    page.wait_for_text(".verdict", "7B tokens a month");
    page.assert_quiet();
    page.leave_frame();
});

in_every_browser!(copied_by_a_click_or_by_hand, |page| {
    fresh(page);
    page.eval(
        "window.copied = []; window.shared = [];
         Object.defineProperty(navigator, 'clipboard', { value: { writeText: (text) => { copied.push(text); return window.refuse ? Promise.reject(new Error('no')) : Promise.resolve(); } } });
         Object.defineProperty(navigator, 'share', { value: (data) => { shared.push(data.url); return Promise.reject(new DOMException('', 'AbortError')); } });",
    );
    page.open_view("Share");
    let all = texts(page);
    page.click("#view .copy:nth-of-type(2) [data-do^=copy]");
    page.wait_for_text(".toast", "Copied");
    assert_eq!(page.eval("return copied"), json!([all[1]]));
    page.click("#view [data-do^=share]");
    page.wait_until("the link is handed over", "return shared.length === 1");
    assert_eq!(page.eval("return shared[0]"), json!(all[0]));
    assert_eq!(page.count("#view [data-do^=share]"), 1, "only a link can be shared");
    page.eval("window.refuse = true");
    page.click("#view .copy:nth-of-type(1) [data-do^=copy]");
    page.wait_for_text(".toast", "copy it by hand");
    let selected = "const e = document.activeElement; return e.value.slice(e.selectionStart, e.selectionEnd)";
    assert_eq!(page.eval(selected), json!(all[0]));
    // what is in a field cannot be changed
    page.type_keys("#view .copy textarea", "x");
    assert_eq!(texts(page), all);
});

// What programs look for that show a page in place of its address.
#[test]
fn the_page_names_its_oembed_answer() {
    let dist = browser_tests::dist();
    let html = std::fs::read_to_string(dist.join("index.html")).expect("dist/index.html");
    assert!(html.contains("<link rel=\"alternate\" type=\"application/json+oembed\" href=\"./oembed.json\""));
    let file = std::fs::read_to_string(dist.join("oembed.json")).expect("dist/oembed.json");
    let answer: serde_json::Value = serde_json::from_str(&file).expect("JSON");
    assert_eq!((answer["version"].as_str(), answer["type"].as_str()), (Some("1.0"), Some("link")));
}
