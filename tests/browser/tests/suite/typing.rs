//! What is typed, key by key: it stays as it is written, the answer follows, and so does the address.

use browser_tests::{Page, in_every_browser};

use crate::offline::wait_until_kept;
use crate::{DEEP, assert_stands, fresh, shown, verdict};

/// Types into a field and waits until the answer is another one and the address has `fragment`.
#[track_caller]
fn change(page: &Page, field: &str, text: &str, fragment: &str) {
    let before = verdict(page);
    page.fill(field, text);
    assert_eq!(page.value(field), text, "what is typed stays as it is");
    page.wait_for_fragment(fragment);
    assert_ne!(verdict(page), before, "{field} {text}");
}

in_every_browser!(typing_changes_answer_and_address, |page| {
    fresh(page);
    change(page, "#volume", "1.2M/day", "t=36.5M");
    assert!(verdict(page).contains("36.5M tokens a month"), "{}", verdict(page));
    change(page, "#apiInput", "$0.28", "pi=0.28");
    change(page, "#gpuPrice", "3.5", "pg=3.5");
    assert!(verdict(page).contains("$3.50/h"), "{}", verdict(page));
    page.blur();
    let (sentence, inputs) = (verdict(page), page.inputs());
    assert_eq!(inputs["apiInput"], "$0.28");
    assert_eq!(inputs["gpuPrice"], "$3.5");
    page.reload();
    assert_eq!(verdict(page), sentence, "a reload gives the same answer");
    assert_eq!(page.inputs(), inputs, "a reload gives the same inputs");
    assert!(!shown(page, ".notices"));
    assert_stands(page);
});

in_every_browser!(back_forward_and_undo, |page| {
    fresh(page);
    assert!(page.attribute("nav .page-only", "disabled").is_some(), "nothing to undo yet");
    let start = (verdict(page), page.inputs());
    // by hand, not by script: browsers skip states on the way back that no hand made
    page.choose("#hoursPerMonth", "720");
    page.wait_for_fragment("h=720");
    let second = (verdict(page), page.inputs());
    page.choose("#gpu", "h200-sxm");
    page.wait_for_fragment("gpu=h200-sxm");
    let third = (verdict(page), page.inputs());
    assert!(start.0 != second.0 && second.0 != third.0);

    let is = |state: &(String, serde_json::Value), when: &str| {
        let json = serde_json::json!(state.0);
        page.wait_until(when, &format!("return document.querySelector('.verdict').textContent === {json}"));
        assert_eq!(page.inputs(), state.1, "{when}");
    };
    page.back();
    is(&second, "back");
    page.back();
    is(&start, "back to the start");
    page.forward();
    is(&second, "forward");
    page.forward();
    is(&third, "forward to the end");
    page.click("nav .page-only");
    is(&second, "undo");
    page.reload();
    is(&second, "reloaded in the middle of the history");
    page.click("nav .page-only");
    is(&start, "undo after a reload");
    page.wait_until("nothing left to undo", "return document.querySelector('nav .page-only').disabled");
});

in_every_browser!(nothing_is_asked_of_a_server_after_loading, |page| {
    let site = fresh(page);
    // a browser asks by itself for the icon, and for what it needs to offer an installation
    let own = |path: &str| {
        ["favicon.ico", "manifest.webmanifest", "icon.svg"].iter().any(|name| path.ends_with(name))
    };
    let asked = || site.requests().into_iter().filter(|r| !own(&r.path)).collect::<Vec<_>>();
    let first: Vec<_> = asked().into_iter().take_while(|r| !r.path.ends_with("/sw.js")).collect();
    assert!(first.len() <= 7, "{first:?}");
    // the first of the larger views brings its program, and the service worker keeps every file, once
    page.open_view("GPU prices");
    wait_until_kept(page);
    let before = asked();
    for request in &before {
        assert_eq!(request.status, 200, "{request:?}");
        assert!(request.path.starts_with(DEEP), "{request:?}");
        let times = before.iter().filter(|other| other.path == request.path).count();
        assert!(times <= 3, "page, its worker and the service worker ask once each: {times} × {request:?}");
    }
    page.set("#volume", "3B");
    page.set("#gpu", "h200-sxm");
    for label in page.views() {
        page.open_view(&label);
    }
    page.click("nav button:last-of-type");
    page.wait_for_fragment("gpu=h200-sxm");
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(asked(), before);
});
