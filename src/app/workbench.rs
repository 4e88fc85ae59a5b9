//! The way to the worker that makes the larger views: one request at a time, always for the newest state.

use super::state::State;
use super::views::in_worker;
use super::{browser, dom, history};
use crate::words::view::View;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// Asks for the open view whenever it, its answers or the scenario change.
pub fn follow(state: State) {
    let running = StoredValue::new(false);
    let late = StoredValue::new(false);
    dom::follow(move || {
        let open = state.view.get();
        state.scenario.track();
        state.others.track();
        state.answers.track();
        if in_worker(open).is_some() {
            ask(state, running, late);
        }
    });
}

/// Sends the request of the open view, or notes that it has to be sent after the one under way.
fn ask(state: State, running: StoredValue<bool>, late: StoredValue<bool>) {
    if running.get_value() {
        late.set_value(true);
        return;
    }
    running.set_value(true);
    send(state, &JsValue::UNDEFINED, move || {
        running.set_value(false);
        if late.get_value() {
            late.set_value(false);
            ask(state, running, late);
        }
    });
}

/// Hands files over, and shows the view with what they gave.
pub fn take_files(state: State, files: &JsValue) {
    state.made.set(None);
    send(state, files, || {});
}

/// Asks once with a button's answer, which then is gone.
pub fn press(state: State, key: &str) {
    state.answers.update_untracked(|answers| answers.set(key, "1".into()));
    send(state, &JsValue::UNDEFINED, || {});
    state.answers.update_untracked(|answers| answers.set(key, String::new()));
}

/// What the worker is asked for a view.
pub fn request(state: State, name: &str, answers: &str) -> String {
    let width = state.chart_width.get_untracked();
    let address = browser::address();
    let home = address.split(['?', '#']).next().unwrap_or_default();
    format!("{name}\n{}\n{}\n{width:.0}\n{home}\n{answers}", history::fragment(state), state.today)
}

fn send(state: State, files: &JsValue, then: impl Fn() + 'static) {
    let open = state.view.get_untracked();
    let Some(name) = in_worker(open) else { return then() };
    let answers = state.answers.with_untracked(|answers| answers.encode());
    let request = request(state, name, &answers);
    browser::ask_worker(&request, files, move |answer| {
        // another view may have been opened meanwhile
        if state.view.get_untracked() == open {
            state.made.set(Some((open, View::decode(&answer))));
        }
        then();
    });
}
