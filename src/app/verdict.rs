//! The answer: a sentence whose inputs lead to their levers, and the small print.

use super::dom::{self, add};
use super::state::State;
use crate::words::{Sentence, Span, Tone, errors, verdict};
use leptos::prelude::With;
use web_sys::Element;

/// Keeps verdict and small print up to date.
pub fn follow(state: State) {
    let [sentence, outdated, print] = [".verdict", ".outdated", ".small-print"].map(dom::part);
    let mut said = Sentence::default();
    dom::follow(move || {
        let report = state.report();
        let now = verdict::verdict(&report);
        // what is said again is read aloud again
        if now != said {
            dom::clear(&sentence);
            for part in &now.0 {
                span(&sentence, part);
            }
            said = now;
        }
        dom::clear(&print);
        for (label, figure) in verdict::small_print(&report, Some(state.today)) {
            let line = add(&print, "div", "", "");
            add(&line, "dt", "", label);
            add(&line, "dd", "", &figure);
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

fn span(parent: &Element, span: &Span) {
    match span.tone {
        Tone::Plain => drop(parent.append_with_str_1(&span.text)),
        Tone::Api => drop(add(parent, "span", "api", &span.text)),
        Tone::Gpu => drop(add(parent, "span", "gpu", &span.text)),
        Tone::Strong => drop(add(parent, "strong", "", &span.text)),
        Tone::Input(id) => {
            let button = add(parent, "button", "input", &span.text);
            dom::set(&button, "type", "button");
            dom::set(&button, "title", &["Change: ", id.field().label].concat());
            dom::set(&button, "data-act", &["focus ", id.field().name].concat());
        }
    }
}
