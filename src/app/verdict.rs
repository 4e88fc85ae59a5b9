//! The answer: a sentence whose inputs lead to their levers, and the small print.

use super::dom::{self, add};
use super::embed;
use super::state::State;
use crate::report::explain::Figure;
use crate::words::{Sentence, Span, Tone, errors, notices, verdict};
use leptos::prelude::With;
use web_sys::Element;

/// Keeps verdict and small print up to date.
pub fn follow(state: State) {
    let [sentence, outdated, print, contradictions] =
        [".verdict", ".outdated", ".small-print", ".contradictions"].map(dom::part);
    let mut said = Sentence::default();
    dom::follow(move || {
        let report = state.report();
        let now = verdict::verdict(&report);
        // what is said again is read aloud again
        if now != said {
            dom::clear(&sentence);
            for part in &now.0 {
                span(&sentence, part, state);
            }
            said = now;
        }
        dom::clear(&print);
        for (label, text, figure) in verdict::small_print(&report, Some(state.today)) {
            let line = add(&print, "div", "", "");
            add(&line, "dt", "", label);
            let cell = add(&line, "dd", "", "");
            opening(&cell, "", &text, figure.filter(|_| !state.embed));
        }
        dom::clear(&contradictions);
        for notice in &report.notices {
            add(&contradictions, "li", "", &notices::notice(notice));
        }
        let error = state.outcome.with(|outcome| outcome.error.clone());
        dom::flag(&outdated, "hidden", error.is_none());
        let told = error.map(|error| {
            let label = error.field.field().label;
            let (reason, hint) = (errors::reason(&error), errors::hint(&error));
            [label, ": ", &reason, " ", &hint, " The figures above are those of before."].concat()
        });
        outdated.set_text_content(told.as_deref());
    });
}

/// A text, or a figure whose formula a click opens. A frame has no views to open it in.
fn opening(parent: &Element, class: &str, text: &str, figure: Option<Figure>) {
    let Some(figure) = figure else {
        return drop(add(parent, "span", class, text));
    };
    let button = add(parent, "button", &["figure ", class].concat(), text);
    dom::set(&button, "type", "button");
    dom::set(&button, "title", "Open its formula");
    dom::set(&button, "data-act", &["explain ", figure.key()].concat());
}

fn span(parent: &Element, span: &Span, state: State) {
    let figure = span.figure.filter(|_| !state.embed);
    match span.tone {
        Tone::Plain => drop(parent.append_with_str_1(&span.text)),
        Tone::Api => opening(parent, "api", &span.text, figure),
        Tone::Gpu => opening(parent, "gpu", &span.text, figure),
        Tone::Strong => opening(parent, "strong", &span.text, figure),
        Tone::Input(id) if state.embed && (state.is_fixed(id) || !embed::leads_to(id)) => {
            drop(parent.append_with_str_1(&span.text));
        }
        Tone::Input(id) => {
            let button = add(parent, "button", "input", &span.text);
            dom::set(&button, "type", "button");
            dom::set(&button, "title", &["Change: ", id.field().label].concat());
            dom::set(&button, "data-act", &["focus ", id.field().name].concat());
        }
    }
}
