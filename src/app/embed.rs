//! Inside another site's frame: what that site has fixed and left out. `boot.js` puts the query's options into
//! attributes of the root; what says nothing to this version is ignored.

use super::state::State;
use super::{browser, dom};
use crate::scenario::FieldId;
use leptos::prelude::document;

/// Parts of the page that a site can leave out, beside single fields.
const PARTS: [(&str, &str); 3] = [("chart", ".cost"), ("inputs", ".levers"), ("details", ".small-print")];

/// An option of the query, which `boot.js` has put into the root.
fn option(name: &str) -> Option<String> {
    browser::root()?.get_attribute(name)
}

/// The names in a list that is parted by commas.
fn names(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|name| !name.is_empty())
}

/// The field of a name, as in the module, or of a key, as in links.
fn field(name: &str) -> Option<FieldId> {
    FieldId::ALL.iter().copied().find(|id| id.field().name == name || id.field().key == name)
}

/// Whether the page is in a frame.
#[must_use]
pub fn inside() -> bool {
    option("data-embed").is_some()
}

/// What a reader cannot change.
#[must_use]
pub fn fixed() -> Vec<FieldId> {
    if option("data-readonly").is_some() || option("data-card").is_some() {
        return FieldId::ALL.to_vec();
    }
    let lists = ["data-lock", "data-hide"].map(|name| option(name).unwrap_or_default());
    lists.iter().flat_map(|list| names(list)).filter_map(field).collect()
}

/// Takes out what the site left out, and what a frame has not.
pub fn arrange(state: State) {
    // a frame has no views, and so never starts the worker
    dom::part(".views").remove();
    for name in names(&option("data-hide").unwrap_or_default()) {
        let part = PARTS.iter().find(|(part, _)| *part == name).map(|(_, selector)| (*selector).to_owned());
        let lever = || field(name).map(|id| ["[data-field=", id.field().name, "]"].concat());
        if let Some(selector) = part.or_else(lever) {
            dom::flag(&dom::part(&selector), "hidden", true);
        }
    }
    if state.is_fixed(FieldId::Volume) {
        let plot = dom::part(".plot");
        let _ = plot.remove_attribute("tabindex");
        dom::set(&plot, "aria-disabled", "true");
    }
}

/// Whether a click on the answer can lead to this field.
#[must_use]
pub fn leads_to(id: FieldId) -> bool {
    document().get_element_by_id(id.field().name).is_some_and(|control| control.client_width() > 0)
}

/// Tells the frame's other script, `frame.js`, that a hand has changed the scenario.
pub fn changed(fragment: &str) {
    if let Some(root) = browser::root() {
        dom::set(&root, "data-scenario", fragment);
    }
}
