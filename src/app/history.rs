//! The link and the browser's history: the address always holds the scenario, and the history is the undo stack.
//!
//! A burst of changes becomes one state, half a second after its last change: sixty a half-minute at most, where
//! Safari allows a hundred. In a frame the history is the host's, so states are replaced there.

use super::state::State;
use super::{browser, dom, embed};
use crate::catalogue::Catalogue;
use crate::scenario::link;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use std::time::Duration;

/// How long a burst may pause.
const PAUSE: Duration = Duration::from_millis(500);

/// Keeps address and state the same, both ways.
pub fn follow(state: State) {
    state.depth.set(browser::history_depth());
    let mut pending = None::<TimeoutHandle>;
    let mut started = false;
    dom::follow(move || {
        state.scenario.track();
        state.others.track();
        if let Some(timer) = pending.take() {
            timer.clear();
        }
        // the first run is the page's own start: the link is what it came with
        if started {
            pending = set_timeout_with_handle(move || write(state), PAUSE).ok();
        }
        started = true;
    });
    for event in ["popstate", "hashchange"] {
        dom::listen(&window(), event, move |_| read(state));
    }
    // a page that goes to the background may never come back: write what is pending
    for event in ["pagehide", "blur"] {
        dom::listen(&window(), event, move |_| write(state));
    }
}

/// The address with the current scenario.
fn address(state: State) -> String {
    let address = browser::address();
    let page = address.split_once('#').map_or(address.as_str(), |(page, _)| page);
    format!("{page}#{}", fragment(state))
}

/// The link's fragment: the scenario with those to compare with.
pub fn fragment(state: State) -> String {
    let others = state.others.get_untracked();
    state.scenario.with_untracked(|one| link::encode_all(one, &others, Catalogue::builtin().newest()))
}

/// Writes the scenario into the address if it is not there yet.
fn write(state: State) {
    let old = browser::address();
    let there = link::decode(browser::fragment(&old), Catalogue::builtin());
    if state.scenario.get_untracked() == there.scenario && state.others.get_untracked() == there.others {
        return;
    }
    if state.embed {
        embed::changed(&fragment(state));
    }
    let depth = state.depth.get_untracked() + u32::from(!state.embed);
    browser::write_history(&address(state), depth, !state.embed);
    state.depth.set(depth);
}

/// Takes the scenario out of the address.
fn read(state: State) {
    let address = browser::address();
    let decoded = link::decode(browser::fragment(&address), Catalogue::builtin());
    state.depth.set(browser::history_depth());
    state.load(decoded);
}

/// Back to the state before.
pub fn undo(state: State) {
    write(state);
    if state.depth.get_untracked() > 0 {
        browser::back();
    }
}

/// Copies the link of the current scenario.
pub fn copy_link(state: State) {
    write(state);
    // of the whole page, not of the frame with its host's options
    let link = if state.embed { full_page_link(state) } else { address(state) };
    let long = link.len() > link::SAFE_LENGTH;
    browser::copy(&link, move |copied| {
        state.say(match copied {
            true if long => "Link copied. It is long: save it as a file under Compare if a program cuts it",
            true => "Link copied",
            false if state.embed => "Copying was refused here: open in full and copy the link there",
            false => "Copying was refused: the link is in the address bar",
        });
    });
}

/// The whole link of the whole page, for an embedded one.
fn full_page_link(state: State) -> String {
    let address = browser::address();
    let page = address.split(['?', '#']).next().unwrap_or_default();
    format!("{page}#{}", fragment(state))
}

/// The link of the whole page, for an embedded one.
pub fn full_page(state: State) -> String {
    state.scenario.track();
    format!("./#{}", fragment(state))
}
