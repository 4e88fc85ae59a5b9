//! What changed since the day of a link, above the answer: made by the worker, as views are, but in frames too.

use super::draw::{self, Shown};
use super::state::State;
use super::{browser, dom, workbench};
use crate::scenario::link;
use crate::words::view::{Answers, Block, View};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsValue;

/// How long a burst of changes may pause.
const PAUSE: Duration = Duration::from_millis(300);

/// Keeps the notice up to date for as long as the scenario has, or had, a day of its own.
pub fn follow(state: State) {
    let place = dom::part(".since");
    let shown = StoredValue::new(View::default());
    let listened = place.clone();
    dom::listen(&place, "click", move |event| {
        let act = dom::meant(&event, "data-do").map(|(_, act)| act).unwrap_or_default();
        let at = act.split(' ').next_back().and_then(|at| at.parse::<usize>().ok()).unwrap_or_default();
        if let Some(Block::Take(_, sets)) = shown.with_value(|view| view.blocks.get(at).cloned()) {
            state.take(&sets);
        }
    });
    let mut pending = None::<leptos::leptos_dom::helpers::TimeoutHandle>;
    dom::follow(move || {
        let scenario = state.scenario.get();
        if scenario.day().is_some() {
            state.opened.set(Some(scenario));
        }
        if let Some(timer) = pending.take() {
            timer.clear();
        }
        let Some(then) = state.opened.get_untracked() else { return dom::flag(&listened, "hidden", true) };
        let place = listened.clone();
        let ask = move || {
            let mut answers = Answers::default();
            answers.set("then", link::encode(&then));
            let request = workbench::request(state, "since", &answers.encode());
            browser::ask_worker(&request, &JsValue::UNDEFINED, move |answer| {
                let view = View::decode(&answer);
                dom::flag(&place, "hidden", view.blocks.is_empty());
                browser::keep_focus(&place, || {
                    dom::clear(&place);
                    for (at, block) in view.blocks.iter().enumerate() {
                        draw::block(&place, at, block, Shown::default());
                    }
                });
                shown.set_value(view);
            });
        };
        pending = set_timeout_with_handle(ask, PAUSE).ok();
    });
}
