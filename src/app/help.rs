//! Help, and the keys that act without a click.

use super::state::State;
use super::{browser, erased, history};
use leptos::prelude::*;

/// What a key does.
const KEYS: [(&str, &str); 5] = [
    ("/", "write the volume"),
    ("t", "show the table"),
    ("c", "copy the link"),
    ("u", "undo"),
    ("?", "open or close this help"),
];

/// Listens for keys on the whole page.
pub fn listen(state: State) {
    Effect::new(move |_: Option<()>| {
        window_event_listener(leptos::ev::keydown, move |event| {
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
        });
    });
}

/// Opens or closes the help.
pub fn toggle(state: State) {
    state.help.update(|open| *open = !*open);
}

/// The help.
#[component]
pub fn Help() -> impl IntoView {
    let state = State::get();
    let keys = || {
        KEYS.map(|(key, action)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{action}</dd></div> })
            .collect_view()
    };
    view! {
            <section class="help-panel" role="dialog" aria-label="Help" hidden=erased::flag(move || !state.help.get())>
                <h2>"How to read this page"</h2>
                <p>
                    "The sentence on top answers for your volume. The chart shows where the answer changes: the API costs \
                     the same for every token, self-hosting costs the same for every instance, used or not. Tinted: \
                     self-hosting is cheaper. Drag the handle, or write numbers the way you say them: 5B, 40M/day, $0.28."
                </p>
                <p>"The address of the page is the scenario: copy it, bookmark it, go back to undo."</p>
                <dl class="keys">{keys}</dl>
                <label class="check">
                    <input type="checkbox" prop:checked=erased::flag(move || state.keys.get()) on:change=erased::act(move |_: web_sys::Event| state.keys.update(|on| *on = !*on))/>
                    " Single keys act"
                </label>
                <button type="button" on:click=erased::act(move |_: web_sys::MouseEvent| state.help.set(false))>"Close"</button>
            </section>
    }
}
