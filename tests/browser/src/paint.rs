//! How a first visit on a slow phone looks in Chromium: when the largest text is painted, and what moves afterwards.
//!
//! Slow 4G is 1.6 Mbit/s with 150 ms for each request, the processor four times slower. The time to connect (name,
//! connection, encryption: three round trips) is not part of a local visit and is added by [`CONNECT_MS`].

use serde_json::json;

use crate::{Browser, Page, Site};

/// Three round trips of 150 ms.
pub const CONNECT_MS: f64 = 450.0;

/// What a visit showed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paint {
    /// When the largest element was painted, without the time to connect, ms.
    pub largest_ms: f64,
    /// The sum of all layout shifts until half a second after the start.
    pub shifts: f64,
}

const KEEP: &str = "
    window.paint = { largest: 0, shifts: 0, moved: [] };
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) paint.largest = entry.startTime; })
        .observe({ type: 'largest-contentful-paint', buffered: true });
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
            paint.shifts += entry.value;
            paint.moved.push(...entry.sources.map(({ node }) => node?.className || node?.nodeName));
        }
    }).observe({ type: 'layout-shift', buffered: true });";

/// A first visit to `address` of `site` in a window of this size, nothing cached.
///
/// # Panics
/// When the page does not start or reports no paint.
#[must_use]
pub fn first_visit(site: &Site, address: &str, (width, height): (u32, u32)) -> Paint {
    let page = Page::start(Browser::Chromium);
    page.goto("about:blank");
    page.resize(width, height);
    let (down, up) = (1.6e6 / 8.0, 0.75e6 / 8.0);
    let slow =
        json!({ "offline": false, "latency": 150, "downloadThroughput": down, "uploadThroughput": up });
    page.devtools("Network.enable", json!({}));
    page.devtools("Network.setCacheDisabled", json!({ "cacheDisabled": true }));
    page.devtools("Network.emulateNetworkConditions", slow);
    page.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": 4 }));
    page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": KEEP }));
    page.open(&format!("{}{address}", site.url()));
    page.wait_until("the largest paint is known", "return paint.largest > 0");
    // what moves late moves soon after the start
    std::thread::sleep(std::time::Duration::from_millis(500));
    let number = |of: &str| page.eval(&format!("return paint.{of}")).as_f64().expect("a number");
    let paint = Paint { largest_ms: number("largest"), shifts: number("shifts") };
    if paint.shifts > 0.0 {
        eprintln!("moved: {}", page.eval("return paint.moved"));
    }
    paint
}
