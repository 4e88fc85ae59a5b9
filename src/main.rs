//! The page's entry: reads the address, and takes the prerendered page over.

use leptos::prelude::*;
use llm_breakeven::app::{self, Start, browser, embed};
use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::scenario::link;

fn main() {
    std::panic::set_hook(Box::new(report_crash));
    Catalogue::install(browser::fetched_catalogue());
    let address = browser::address();
    let link = link::decode(browser::fragment(&address), Catalogue::builtin());
    let Some(place) = document().get_element_by_id("app") else { return };
    let width = document().query_selector("#app .plot").ok().flatten().map_or(0, |plot| plot.client_width());
    let width = if width > 0 { f64::from(width) } else { 720.0 };
    let today = browser::today().unwrap_or(Catalogue::builtin().newest());
    let start = Start { link, embed: embed::inside(), fixed: embed::fixed(), today, chart_width: width };
    let place = wasm_bindgen::JsCast::unchecked_into(place);
    // the markup is there already: what is mounted are its signals and effects
    leptos::mount::mount_to(place, move || app::start(start)).forget();
    if let Some(root) = browser::root() {
        let _ = root.remove_attribute("data-pending");
    }
}

/// Shows the static crash card of `index.html`; the address, and so the scenario, stays.
fn report_crash(info: &std::panic::PanicHookInfo) {
    let text = info.to_string();
    web_sys::console::error_1(&text.as_str().into());
    let card = document().get_element_by_id("crash");
    if let Some(details) = document().get_element_by_id("crash-details") {
        details.set_text_content(Some(&text));
    }
    if let Some(card) = card {
        let _ = card.remove_attribute("hidden");
    }
}
