//! Nonsense in every text field: the reason and what to write, the last good value in use, everything else unchanged.

use browser_tests::{in_every_browser, keys};
use serde_json::{Value, json};

use crate::{assert_stands, fresh, string, verdict};

/// No field understands these.
fn nonsense() -> Vec<String> {
    let mut texts: Vec<String> = [
        "bananas",
        "-5",
        "1e99",
        "80 GiB",
        "5,,5",
        "😀🤷",
        "NaN",
        "Infinity",
        "<img src=x onerror=alert(1)>",
        "$",
        "5 apples",
        "\u{202e}7",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("9".repeat(10_000));
    texts.push("x".repeat(10_000));
    texts
}

/// Where one of them is a value: prices and volumes fall, clocks run behind UTC, and currencies have three letters.
fn means_something(field: &str, text: &str) -> bool {
    let below = ["growth", "apiDrift", "gpuDrift", "utcOffset"].contains(&field) && text == "-5";
    below || (field == "currency" && text == "NaN")
}

/// Sets every text of the argument in every text field, lets the page react, looks, presses Escape, looks again.
const TRY_ALL: &str = "
    const done = arguments[arguments.length - 1];
    const texts = window.__texts;
    const tick = () => new Promise((resolve) => setTimeout(resolve, 0));
    const others = (id) => JSON.stringify([...document.querySelectorAll('.levers input[type=text], .levers select')]
        .filter((e) => e.id !== id).map((e) => e.value));
    const answer = () => document.querySelector('.verdict').textContent + document.querySelector('.small-print').textContent;
    (async () => {
        const found = [];
        document.querySelectorAll('.levers details').forEach((more) => { more.open = true; });
        for (const input of document.querySelectorAll('.levers input[type=text]')) {
            const field = input.closest('.field');
            input.focus();
            const before = [input.value, answer(), others(input.id)];
            for (const text of texts) {
                input.value = text;
                input.dispatchEvent(new Event('input', { bubbles: true }));
                await tick();
                const error = field.querySelector('.error');
                const result = {
                    id: input.id, text: text.slice(0, 20), optional: field.querySelector('.note') && input.placeholder !== '',
                    error: error ? error.textContent : null, invalid: input.getAttribute('aria-invalid'),
                    kept: input.value === text || text.includes('\\n'),
                    sameAnswer: answer() === before[1], sameOthers: others(input.id) === before[2],
                    crashed: !document.querySelector('#crash').hidden, address: location.hash.length,
                };
                input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
                await tick();
                result.restored = input.value === before[0] && !field.querySelector('.error');
                found.push(result);
                if (!result.restored) {
                    // taken for a value: back to the old one, so that it spoils nothing after it
                    input.value = before[0];
                    input.dispatchEvent(new Event('input', { bubbles: true }));
                    await tick();
                }
            }
            input.blur();
        }
        done(found);
    })().catch((error) => done(String(error)));";

fn tried(page: &browser_tests::Page, texts: &[String]) -> Vec<Value> {
    page.eval_with("window.__texts = arguments[0]", vec![json!(texts)]);
    let found = page.eval_async(TRY_ALL);
    found.as_array().unwrap_or_else(|| panic!("{found}")).clone()
}

in_every_browser!(every_field_says_what_to_write_instead, |page| {
    fresh(page);
    let found = tried(page, &nonsense());
    assert!(found.len() >= 12 * nonsense().len(), "{} tries", found.len());
    let mut wrong = Vec::new();
    for one in found.iter().filter(|one| !means_something(&string(&one["id"]), &string(&one["text"]))) {
        let error = string(&one["error"]);
        let says_what = error.contains("Write ") && error.contains("last good value") && error.len() < 300;
        let all_else = ["kept", "sameAnswer", "sameOthers", "restored"].iter().all(|key| one[key] == true);
        if !says_what
            || !all_else
            || one["invalid"] != "true"
            || one["crashed"] == true
            || one["address"] != 0
        {
            wrong.push(one.to_string());
        }
    }
    assert!(wrong.is_empty(), "{} wrong, of which {:#?}", wrong.len(), &wrong[..wrong.len().min(5)]);
    assert_stands(page);
});

// Nothing written: automatic where a field can be, otherwise an error like any other.
in_every_browser!(nothing_written, |page| {
    fresh(page);
    let texts = ["".to_owned(), "   ".to_owned()];
    let (mut automatic, mut refused) = (0, 0);
    for one in tried(page, &texts) {
        let error = string(&one["error"]);
        if error.is_empty() {
            automatic += 1;
        } else {
            assert!(error.contains("Nothing is written") && error.contains("Write "), "{one}");
            assert_eq!(one["restored"], true, "{one}");
            refused += 1;
        }
        assert_eq!(one["sameAnswer"], true, "{one}");
    }
    assert!(automatic >= 5 * 2 && refused >= 7 * 2, "{automatic} automatic, {refused} refused");
});

in_every_browser!(escape_takes_the_last_good_value_back, |page| {
    fresh(page);
    let before = verdict(page);
    page.fill("#inputShare", "8x");
    page.wait_for_text(".field.invalid .error", "x");
    assert_ne!(verdict(page), before, "8 was a good value");
    let with_eight = verdict(page);
    page.type_keys("#inputShare", keys::ESCAPE);
    page.wait_until("no error", "return !document.querySelector('.error')");
    assert_eq!(page.value("#inputShare"), "8%");
    assert_eq!(verdict(page), with_eight);
    // an error elsewhere does not keep other fields from working
    page.fill("#salary", "lots");
    page.fill("#volume", "9B");
    page.wait_for_text(".verdict", "9B tokens a month");
    assert_eq!(page.value("#salary"), "lots");
    assert_eq!(page.count(".field.invalid"), 1);
    page.fill("#salary", "$150k");
    page.wait_until("mended", "return !document.querySelector('.field.invalid')");
    page.wait_for_fragment("pay=150k");
});
