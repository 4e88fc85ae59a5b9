//! Any link gives a page that stands, and says what it could not use.

use browser_tests::{Page, in_every_browser};
use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::scenario::link;
use llm_breakeven::{engine, words};
use serde_json::json;

use crate::{assert_stands, fresh, string, verdict, wait_for_shown};

/// Loads the page anew with this fragment.
#[track_caller]
fn load(page: &Page, home: &str, fragment: &str) -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    // another query, so that the browser loads the page and does not just move
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    page.goto(&format!("{home}?n={count}#{fragment}"));
    let new =
        format!("return location.search === '?n={count}' && document.documentElement.dataset.started === ''");
    page.wait_until("the new page has started", &new);
    assert_stands(page);
    assert_eq!(
        page.eval("return document.documentElement.dataset.pending === undefined"),
        true,
        "the answer is not dimmed any more"
    );
    notices(page)
}

fn notices(page: &Page) -> String {
    string(
        &page.eval(
            "return [...document.querySelectorAll('.notices li')].map((e) => e.textContent).join(' | ')",
        ),
    )
}

/// Pseudo-random printable characters, always the same.
fn random_text(length: usize) -> String {
    let mut state = 2026_u32;
    let next = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(33 + (state >> 24) as u8 % 94)
    };
    std::iter::repeat_with(next).take(length).collect()
}

in_every_browser!(bad_links_are_used_as_far_as_they_go, |page| {
    let site = fresh(page);
    let default = verdict(page);
    page.set("#volume", "7B");
    page.set("#gpuPrice", "2.25");
    page.wait_for_fragment("pg=2.25");
    let (good, answer) = (page.fragment(), verdict(page));
    let home = site.url();

    assert_eq!(load(page, home, &good), "");
    assert_eq!(verdict(page), answer);
    assert_eq!(load(page, home, &good.replace(';', "%3B").replace('=', "%3d")), "", "percent-encoded");
    assert_eq!(verdict(page), answer);
    assert_eq!(load(page, home, ""), "");
    assert_eq!(verdict(page), default);

    for (fragment, notice) in [
        ("1;t=40M/day", "no checksum"),
        ("1;t=5B;zz=9;k=0000", "“zz=9” in the link is unknown"),
        ("1;t=7B;k=0000", "changed or damaged"),
        ("9;t=7B", "not written by this version"),
        ("1;gpu=h100-smx", "Did you mean h100-sxm?"),
        ("1;gpu=bananaphone-9000-turbo", "is not in the list"),
        ("1;t=bananas", "“bananas” is no number"),
        ("1;t=1e99", "more than the largest value"),
        ("1;t=6B;t=7B", "in the link twice"),
        ("1;t=20B;in=8O;gpu=h200-smx;fte=0;load=60;k=0000", "3 of 5 settings of the link were used"),
        ("what-is-this", "not written by this version"),
        ("%E0%A4%A;t=7B", "not written by this version"),
        (&random_text(5_000), "not written by this version"),
    ] {
        let told = load(page, home, fragment);
        assert!(told.contains(notice), "{fragment:.60}: {told}");
        assert!(told.len() < 40_000, "{} characters of notices", told.len());
    }
    load(page, home, "1;t=6B;t=7B");
    assert!(verdict(page).contains("6B tokens a month"), "the first one counts");
    page.click(".notices button");
    wait_for_shown(page, ".notices", false);
    assert!(verdict(page).contains("6B tokens a month"));
});

// Links move the page without loading it when they are opened from the address bar.
in_every_browser!(links_opened_in_the_running_page, |page| {
    fresh(page);
    page.set("#volume", "7B");
    page.set("#gpuPrice", "2.25");
    page.wait_for_fragment("pg=2.25");
    let (good, answer) = (page.fragment(), verdict(page));
    let script = "
        const done = arguments[arguments.length - 1];
        const [good, random] = window.__links;
        const links = [...Array(good.length).keys()].map((end) => good.slice(0, end));
        links.push('', '#', ';;;;', 'k=', '1;k=', '1;=;=', '%', random, '1;t=', '1;m=;gpu=;h=', good);
        const moved = () => new Promise((resolve) => {
            addEventListener('hashchange', () => setTimeout(resolve, 0), { once: true });
            setTimeout(resolve, 100);
        });
        (async () => {
            const broken = [];
            for (const link of links) {
                location.hash = '#' + link;
                await moved();
                const lives = document.querySelector('#crash').hidden && document.querySelector('.verdict').textContent.length > 40;
                if (!lives) broken.push(link);
            }
            done(broken);
        })().catch((error) => done(String(error)));";
    page.eval("location.hash = '#1;' + 't=5B;'.repeat(3000)");
    page.wait_for_text(".notices", "longer than any");
    assert!(page.count(".notices li") < 20, "thousands of mistakes are not thousands of sentences");
    page.eval_with("window.__links = arguments[0]", vec![json!([good, random_text(5_000)])]);
    assert_eq!(page.eval_async(script), json!([]));
    page.wait_until(
        "the whole link",
        &format!("return document.querySelector('.verdict').textContent === {}", json!(answer)),
    );
    assert_eq!(notices(page), "");
});

// The same scenario gives the same words, here on this machine and there in every engine.
in_every_browser!(the_answer_is_that_of_the_native_engine, |page| {
    let site = fresh(page);
    let catalogue = Catalogue::builtin();
    for fragment in
        ["1;t=70B;gpu=h200-sxm", "1;t=40M/day;in=95;pg=1.25", "1;m=qwen3-32b;t=3T;h=720", "1;gpu=t4;g=1"]
    {
        load(page, site.url(), fragment);
        let report = engine::evaluate(&link::decode(fragment, catalogue).scenario, catalogue);
        let native = words::verdict::verdict(&report.expect("a report")).text();
        assert_eq!(verdict(page), native, "{fragment}");
    }
});
