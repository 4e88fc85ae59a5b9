//! Pictures of the built page in Chromium, whole height, wide and narrow, light and dark: `./dev shots [FRAGMENT] [TAB]`,
//! where TAB is the label of the view to open; the pictures then bear its name.

use browser_tests::{Browser, Page, Scheme, Site};
use serde_json::json;

const SIZES: [(&str, u32, u32); 2] = [("wide", 1360, 900), ("narrow", 360, 800)];
const SCHEMES: [(&str, Scheme); 2] = [("light", Scheme::Light), ("dark", Scheme::Dark)];

fn main() {
    let fragment = std::env::args().nth(1).unwrap_or_default();
    let tab = std::env::args().nth(2).unwrap_or_default();
    let view: String =
        tab.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let site = Site::of_dist("/");
    let page = Page::start(Browser::Chromium);
    for (size, width, height) in SIZES {
        for (name, scheme) in SCHEMES {
            page.emulate_scheme(scheme);
            page.resize(width, height);
            page.goto("about:blank");
            page.open(&format!("{}{fragment}", site.url()));
            if !tab.is_empty() {
                page.open_view(&tab);
            }
            std::thread::sleep(std::time::Duration::from_millis(1_500)); // transitions end, the worker answers
            let whole = page.eval("return document.documentElement.scrollHeight").as_u64().unwrap_or(0);
            let full = json!({ "width": width, "height": whole, "deviceScaleFactor": 1, "mobile": false });
            page.devtools("Emulation.setDeviceMetricsOverride", full);
            let file = browser_tests::root().join(format!(
                "target/shots/{view}{}{size}-{name}.png",
                if view.is_empty() { "" } else { "-" }
            ));
            page.screenshot(&file);
            let overflow = page.eval("return document.documentElement.scrollWidth - innerWidth");
            println!("{} ({width}x{whole}, sideways overflow {overflow} px)", file.display());
        }
    }
    for complaint in page.complaints() {
        println!("console: {complaint}");
    }
}
