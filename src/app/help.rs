//! Help, and the keys that act without a click.

use super::state::State;
use super::{browser, dom, history};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Shows and hides the help, and listens for keys on the whole page.
pub fn follow(state: State) {
    let panel = dom::part(".help-panel");
    dom::follow(move || dom::flag(&panel, "hidden", !state.help.get()));
    let check = dom::part("#keys");
    dom::listen(&check.clone(), "change", move |_| state.keys.set(dom::checked(&check)));
    dom::listen(&window(), "keydown", move |event| press(state, event.unchecked_ref()));
}

fn press(state: State, event: &web_sys::KeyboardEvent) {
    let key = event.key();
    if key == "Escape" {
        state.help.set(false);
    }
    let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
    if modified || browser::typing() || !state.keys.get_untracked() {
        return;
    }
    match key.as_str() {
        "/" => browser::focus("volume"),
        "t" => state.view.set(0),
        "c" => history::copy_link(state),
        "u" => history::undo(state),
        "?" => toggle(state),
        _ => return,
    }
    event.prevent_default();
}

/// Opens or closes the help.
pub fn toggle(state: State) {
    state.help.update(|open| *open = !*open);
}
