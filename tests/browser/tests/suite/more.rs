//! What is asked under "More": closed at first, and each answer counts.

use browser_tests::{Page, in_every_browser};

use crate::prices::dollars;
use crate::{assert_stands, fresh, string, verdict};

/// Opens the further fields of the question that has this field.
#[track_caller]
fn open_more(page: &Page, field: &str) {
    let more = format!("document.querySelector('{field}').closest('details')");
    assert_eq!(page.eval(&format!("return {more}.open")), false, "closed at first");
    page.eval(&format!("{more}.querySelector('summary').setAttribute('data-hit', '{field}')"));
    page.click(&format!("summary[data-hit='{field}']"));
    page.wait_until(
        "open",
        &format!("return {more}.open && document.querySelector('{field}').getClientRects().length > 0"),
    );
}

/// What the API and the GPUs cost, as the verdict says.
fn costs(page: &Page) -> (f64, f64) {
    let of = |side: &str| {
        let texts = page.eval(&format!(
            "return [...document.querySelectorAll('.verdict .{side}')].map((e) => e.textContent).join(' ')"
        ));
        dollars(&string(&texts))
    };
    (of("api"), of("gpu"))
}

in_every_browser!(a_discount_and_a_profile_change_the_bill, |page| {
    fresh(page);
    page.fill("#volume", "100B");
    page.wait_for_fragment("t=100B");
    let (api, gpu) = costs(page);
    open_more(page, "#apiDiscount");
    page.fill("#apiDiscount", "20");
    page.wait_for_fragment("di=20");
    let (less, same) = costs(page);
    assert!((less / api - 0.8).abs() < 0.002, "20 % off {api} are not {less}");
    assert_eq!(same, gpu);
    let summary = "return document.querySelector('#apiDiscount').closest('details').querySelector('summary').textContent";
    assert_eq!(page.eval(summary), "More, 1 in use");
    open_more(page, "#fleet"); // the GPUs' further answers do not close the others
    assert_eq!(page.eval("return document.querySelector('#apiDiscount').closest('details').open"), true);
    page.choose("#profile", "business");
    page.wait_for_fragment("day=business");
    let (unchanged, more) = costs(page);
    assert_eq!(unchanged, less);
    assert!(more > 1.5 * gpu, "a fleet for business hours costs more than {gpu}: {more}");
    let (answer, inputs) = (verdict(page), page.inputs());
    page.reload();
    assert_eq!((verdict(page), page.inputs()), (answer, inputs));
    assert_stands(page);
});

in_every_browser!(peak_hours_and_service_tiers_of_an_api, |page| {
    let site = fresh(page);
    page.open(&format!("{}?peak#1;api=deepseek~deepseek-v4-pro", site.url()));
    open_more(page, "#utcOffset");
    open_more(page, "#serviceTier");
    page.choose("#profile", "business");
    page.wait_for_fragment("day=business");
    let (usual, _) = costs(page);
    page.fill("#utcOffset", "8");
    page.wait_for_fragment("utc=8");
    let (peak, _) = costs(page);
    assert!(peak > 1.2 * usual, "office hours in Beijing are the dear ones: {usual}, {peak}");
    page.choose("#serviceTier", "flex");
    page.wait_for_fragment("st=flex");
    page.wait_for_text(".small-print", "price of this service tier: the standard one is taken");
    assert_eq!(costs(page).0, peak, "and the standard one is taken");
    let said = verdict(page);
    page.reload();
    assert_eq!(verdict(page), said);
    assert_stands(page);
});

in_every_browser!(an_own_currency, |page| {
    fresh(page);
    let (api, gpu) = costs(page);
    open_more(page, "#currency");
    page.fill("#currency", "EUR");
    page.fill("#exchangeRate", "0.5");
    page.wait_for_fragment("cur=EUR");
    page.wait_for_fragment("fx=0.5");
    let said = verdict(page);
    assert!(said.contains('€') && !said.contains('$'), "{said}");
    let grouped = |half: f64| {
        let digits = format!("{:.0}", half);
        format!("{},{}", &digits[..digits.len() - 3], &digits[digits.len() - 3..])
    };
    for half in [api / 2.0, gpu / 2.0] {
        assert!(said.contains(&grouped(half)), "{half}: {said}");
    }
    page.reload();
    assert_eq!(verdict(page), said);
    page.eval("document.querySelector('#currency').closest('details').open = true");
    page.fill("#currency", "euros");
    page.wait_for_text(".field.invalid .error", "three letters");
    assert_eq!(verdict(page), said);
    assert_stands(page);
});

in_every_browser!(what_must_hold, |page| {
    fresh(page);
    let boxes = "[role=group][aria-label='What must hold'] input";
    page.eval(&format!("document.querySelector(\"{boxes}\").closest('details').open = true"));
    let click = |label: &str| {
        page.eval(&format!("[...document.querySelectorAll(\"{boxes}\")].forEach((e) => e.toggleAttribute('data-hit', e.parentElement.textContent.includes('{label}')))"));
        page.click(&format!("{boxes}[data-hit]"));
    };
    let checked = || {
        page.eval(&format!("return [...document.querySelectorAll(\"{boxes}\")].filter((e) => e.checked).map((e) => e.parentElement.textContent.trim())"))
    };
    let before = verdict(page);
    click("stays in-house");
    page.wait_for_fragment("must=private");
    click("Nobody to run it");
    page.wait_for_fragment("must=private*noteam");
    assert_eq!(verdict(page), before, "facts hide no cost");
    let held = serde_json::json!(["Data stays in-house", "Nobody to run it"]);
    assert_eq!(checked(), held);
    page.reload();
    assert_eq!(checked(), held);
    page.eval(&format!("document.querySelector(\"{boxes}\").closest('details').open = true"));
    click("stays in-house");
    page.wait_for_fragment("must=noteam");
    page.click("nav .page-only");
    page.wait_for_fragment("must=private*noteam");
    page.wait_until(
        "the boxes follow",
        &format!("return document.querySelectorAll(\"{boxes}:checked\").length === 2"),
    );
    assert_stands(page);
});
