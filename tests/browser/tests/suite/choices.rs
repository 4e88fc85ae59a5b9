//! Lists: every one changes the answer, and what cannot be is said and not priced.

use browser_tests::{Page, in_every_browser};
use serde_json::json;

use crate::{assert_stands, fresh, string, verdict};

#[track_caller]
fn choose(page: &Page, list: &str, value: &str, fragment: &str) {
    page.choose(list, value);
    page.wait_for_fragment(fragment);
    assert_stands(page);
}

/// The value of the option after the chosen one.
fn other(page: &Page, list: &str) -> String {
    let script =
        "const e = document.querySelector(arguments[0]); return e.options[e.selectedIndex + 1].value";
    string(&page.eval_with(script, vec![json!(list)]))
}

in_every_browser!(every_list_changes_the_answer, |page| {
    fresh(page);
    let mut seen = vec![verdict(page)];
    let mut answer_is_new = |what: &str| {
        let now = verdict(page);
        assert!(!seen.contains(&now), "{what}: {now}");
        seen.push(now);
    };
    choose(page, "#gpu", "h200-sxm", "gpu=h200-sxm");
    answer_is_new("another GPU");
    let offer = other(page, "#offer");
    choose(page, "#offer", &offer, &format!("offer={offer}"));
    answer_is_new("another offer");
    let host = other(page, "#apiPrice");
    choose(page, "#apiPrice", &host, &format!("api={host}"));
    answer_is_new("another host");
    choose(page, "#hoursPerMonth", "720", "h=720");
    answer_is_new("another month");
    choose(page, "#model", "qwen3-32b", "m=qwen3-32b");
    answer_is_new("another model");
    assert_eq!(page.value("#apiPrice"), "", "another model has other hosts");
    let (answer, inputs) = (verdict(page), page.inputs());
    page.reload();
    assert_eq!(verdict(page), answer);
    assert_eq!(page.inputs(), inputs);
});

in_every_browser!(what_cannot_be_is_not_priced, |page| {
    let site = fresh(page);
    let not_priced = |why: &str| {
        page.wait_for_text(".verdict", "No plan to compare");
        page.wait_for_text(".verdict", why);
        assert_eq!(page.count(".verdict span.gpu"), 0, "no self-hosted price: {}", verdict(page));
        assert_eq!(page.count(".plot path.gpu"), 0, "no self-hosted line in the chart");
        assert_eq!(page.count(".plot rect.win"), 0, "no tinted range in the chart");
        assert_stands(page);
    };
    page.open(&format!("{}?t4#1;gpu=t4;g=1", site.url()));
    not_priced("does not fit");
    page.open(&format!("{}?fast", site.url()));
    page.set("#tokensPerSecond", "1e6");
    not_priced("impossible");
    page.set("#tokensPerSecond", "2,000");
    page.wait_until("a plan", "return document.querySelectorAll('.verdict span.gpu').length > 0");
});
