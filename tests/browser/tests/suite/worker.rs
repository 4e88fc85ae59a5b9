//! The worker behind the larger views: its failure is told, its work disturbs nobody, and frames do without it.

use browser_tests::{Page, Site, in_every_browser};
use serde_json::json;

use crate::{assert_stands, copy_with, fresh, string, verdict};

/// The page without those of its files whose name fits.
fn without(page: &Page, missing: fn(&str) -> bool) -> Site {
    let folder = browser_tests::root().join(format!("target/browser-tests/crippled-{:?}", page.browser()));
    copy_with(&folder, |name, _| !missing(name));
    let site = Site::of_folder("/", &folder, &browser_tests::site::published_policy());
    page.open(site.url());
    site
}

/// Every view of the worker says that it could not be made, and everything else works.
#[track_caller]
fn fails_softly(page: &Page) {
    for label in ["GPU prices", "Hardware ranking"] {
        page.open_view(label);
        page.wait_for_text("#view .alert", "could not be made");
        assert!(page.text("#view .alert").contains("Your inputs are safe"), "{}", page.text("#view .alert"));
    }
    let before = verdict(page);
    page.fill("#volume", "9B");
    page.wait_for_text(".verdict", "9B tokens a month");
    assert_ne!(verdict(page), before);
    page.wait_for_fragment("t=9B");
    page.open_view("Cost by volume");
    assert!(page.count("#view tbody tr") >= 10, "the page's own view is there");
    assert_stands(page);
}

in_every_browser!(a_missing_worker_is_told, |page| {
    page.forgive();
    let _site = without(page, |name| name.starts_with("worker-"));
    fails_softly(page);
});

in_every_browser!(a_missing_program_of_the_worker_is_told, |page| {
    page.forgive();
    let _site = without(page, |name| name.starts_with("workbench-") && name.ends_with(".wasm"));
    fails_softly(page);
});

in_every_browser!(a_frame_never_starts_it, |page| {
    let site = Site::of_dist("/");
    page.open(&format!("{}?embed", site.url()));
    assert_eq!(page.count("[role=tab]"), 0, "no views in a frame");
    page.set("#volume", "3B");
    page.set("#gpu", "h200-sxm");
    page.wait_for_text(".verdict", "3B tokens a month");
    page.blur();
    page.press("t");
    std::thread::sleep(std::time::Duration::from_millis(500));
    let worker: Vec<_> = site.requests().into_iter().filter(|r| r.path.contains("/work")).collect();
    assert_eq!(worker, []);
});

/// Makes a price list of the size in the argument, hands it over as a file, and types while it is read. Gives back
/// rows, bytes, and for each key the milliseconds until the verdict followed.
const TYPE_WHILE_READING: &str = "
    const done = arguments[arguments.length - 1];
    const volume = document.querySelector('#volume'), view = document.querySelector('#view');
    const pause = () => new Promise((resolve) => { const { port1, port2 } = new MessageChannel(); port1.onmessage = resolve; port2.postMessage(0); });
    const parts = ['{'];
    let size = 1, rows = 0;
    for (; size < 20e6; rows++) {
        const row = `${rows ? ',' : ''}\"acme/model-${rows}\": {\"litellm_provider\": \"acme\", \"mode\": \"chat\", \"input_cost_per_token\": 3e-7, \"output_cost_per_token\": 7.9e-7, \"max_tokens\": 8192}\\n`;
        parts.push(row);
        size += row.length;
    }
    parts.push('}');
    const files = new DataTransfer();
    files.items.add(new File(parts, 'large.json', { type: 'application/json' }));
    (async () => {
        const input = view.querySelector('[data-files]');
        input.files = files.files;
        const began = performance.now();
        input.dispatchEvent(new Event('change', { bubbles: true }));
        await pause();
        const times = [];
        for (let at = 1; view.hasAttribute('aria-busy'); at++) {
            const start = performance.now();
            volume.value = `${100 + at}B`;
            volume.dispatchEvent(new Event('input', { bubbles: true }));
            while (!document.querySelector('.verdict').textContent.includes(`${100 + at}B tokens a month`)) await pause();
            times.push(performance.now() - start);
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        done({ rows, size, times, took: performance.now() - began });
    })().catch((error) => done(String(error)));";

in_every_browser!(typing_goes_on_while_20_mb_are_read, |page| {
    fresh(page);
    page.open_view("Your data");
    let read = page.eval_async(TYPE_WHILE_READING);
    let times: Vec<f64> = read["times"]
        .as_array()
        .unwrap_or_else(|| panic!("{read}"))
        .iter()
        .filter_map(|t| t.as_f64())
        .collect();
    let longest = times.iter().copied().fold(0.0, f64::max);
    let mean = times.iter().sum::<f64>() / times.len() as f64;
    println!(
        "{:?}: {} MB with {} rows were read in {:.0} ms; meanwhile {} changes, the verdict followed in {mean:.0} ms, {longest:.0} ms at most",
        page.browser(),
        read["size"].as_f64().unwrap_or_default() / 1e6,
        read["rows"],
        read["took"].as_f64().unwrap_or_default(),
        times.len(),
    );
    assert!(times.len() >= 2, "someone typed while the file was read: {read}");
    // the median: on a shared machine other work makes single ones late
    let mut sorted = times.clone();
    sorted.sort_by(f64::total_cmp);
    assert!(sorted[sorted.len() / 2] < 200.0, "{longest} ms: {times:?}");
    page.wait_for_view("Your data");
    let text = string(&page.eval("return document.querySelector('#view').textContent"));
    assert!(
        text.contains("large.json") && text.contains(&format!("{} API prices", read["rows"])),
        "{text:.600}"
    );
    assert_eq!(page.eval("return location.hash.length < 200"), true, "a list does not go into the link");
    let last = json!(format!("{}B", 100 + times.len()));
    assert_eq!(json!(page.value("#volume")), last, "what was typed stays");
    assert_stands(page);
});
