//! The page: the only place with signals and a document.
//!
//! Its markup is written once, at build time, by `markup`; the program takes it over: each module finds its part and
//! keeps it up to date. State is one scenario signal; everything shown is derived from it through one memo of the
//! report. Signals are created once, at the root, because a signal that outlives its owner panics.

pub mod browser;
pub mod chart;
mod dom;
mod draw;
pub mod embed;
mod field;
mod help;
mod history;
mod levers;
#[cfg(feature = "prerender")]
pub mod markup;
mod since;
mod state;
mod verdict;
mod views;
mod week;
mod workbench;

use crate::scenario::FieldId;
use crate::scenario::link::Decoded;
use crate::units::Date;
use crate::words::errors;
use leptos::prelude::*;
use state::State;

/// What the page starts with.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// The scenario of the link, and what was wrong with the link.
    pub link: Decoded,
    /// Inside another site's frame.
    pub embed: bool,
    /// What that site lets nobody change.
    pub fixed: Vec<FieldId>,
    /// The day on which it is opened.
    pub today: Date,
    /// Width in CSS pixels at which the chart is drawn.
    pub chart_width: f64,
}

/// Takes the page over.
pub fn start(start: Start) {
    let state = State::new(start);
    if state.embed {
        embed::arrange(state);
    }
    history::follow(state);
    help::follow(state);
    verdict::follow(state);
    chart::follow(state);
    levers::follow(state);
    since::follow(state);
    if !state.embed {
        views::follow(state);
    }
    follow_frame(state);
    follow_notices(state);
    dom::listen(&document(), "click", move |event| {
        if let Some((_, act)) = dom::meant(&event, "data-act") {
            click(state, &act, &event);
        }
    });
}

/// Does what the clicked element says: a verb, and what it is about.
fn click(state: State, act: &str, event: &web_sys::Event) {
    match act.split_once(' ').unwrap_or((act, "")) {
        ("focus", id) => {
            // the skip link would write its own fragment, where the scenario is
            event.prevent_default();
            browser::focus(id);
        }
        ("explain", figure) => views::explain(state, figure),
        ("open", view) => views::open(state, view),
        ("view", index) => views::show(state, index.parse().unwrap_or_default()),
        ("undo", _) => history::undo(state),
        ("copy", _) => history::copy_link(state),
        ("theme", _) => state.next_theme(),
        ("help", _) => help::toggle(state),
        ("dismiss", _) => state.notices.set(Vec::new()),
        _ => {}
    }
}

/// The page's buttons, and its short message.
fn follow_frame(state: State) {
    let [undo, theme, full, toast] =
        ["[data-act=undo]", "[data-act=theme]", ".embed-only", ".toast"].map(dom::part);
    dom::follow(move || {
        dom::flag(&undo, "disabled", state.depth.get() == 0);
        theme.set_text_content(Some(state.theme.get().label()));
        let message = state.toast.get();
        dom::set(&toast, "class", if message.is_some() { "toast shown" } else { "toast" });
        toast.set_text_content(message);
    });
    if state.embed {
        dom::follow(move || dom::set(&full, "href", &history::full_page(state)));
    }
}

/// What was wrong with the link; it can be put away.
fn follow_notices(state: State) {
    let [frame, list] = [".notices", ".notices ul"].map(dom::part);
    dom::follow(move || {
        let notices = state.notices.get();
        dom::flag(&frame, "hidden", notices.is_empty());
        dom::clear(&list);
        for notice in &notices {
            dom::add(&list, "li", "", &errors::notice(notice));
        }
    });
}
