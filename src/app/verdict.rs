//! The answer: a sentence whose inputs lead to their levers, and the small print.

use super::state::State;
use super::{browser, erased};
use crate::words::{Span, Tone, errors, verdict};
use leptos::prelude::*;

/// Verdict and small print.
#[component]
pub fn Verdict() -> impl IntoView {
    let state = State::get();
    let sentence = move || {
        let report = state.report();
        verdict::verdict(&report).0.into_iter().map(span).collect_view().into_any()
    };
    let print = move || {
        let report = state.report();
        let lines = verdict::small_print(&report).into_iter();
        lines
            .map(|(label, figure)| view! { <div><dt>{label}</dt><dd>{figure}</dd></div> })
            .collect_view()
            .into_any()
    };
    let outdated = move || state.outcome.with(|outcome| outcome.error.clone());
    view! {
        <p class="verdict" aria-live="polite">{erased::part(sentence)}</p>
        {erased::part(move || outdated().map(|error| view! {
            <p class="outdated" role="alert">
                {format!("{}: {} {} The figures above are those of before.", error.field.field().label, errors::reason(&error), errors::hint(&error))}
            </p>
        }).into_any())}
        <dl class="small-print">{erased::part(print)}</dl>
    }
}

fn span(span: Span) -> AnyView {
    match span.tone {
        Tone::Plain => span.text.into_any(),
        Tone::Api => view! { <span class="api">{span.text}</span> }.into_any(),
        Tone::Gpu => view! { <span class="gpu">{span.text}</span> }.into_any(),
        Tone::Strong => view! { <strong>{span.text}</strong> }.into_any(),
        Tone::Input(id) => {
            let target = id.field().name;
            view! {
                <button type="button" class="input" title=format!("Change: {}", id.field().label) on:click=erased::act(move |_: web_sys::MouseEvent| browser::focus(target))>
                    {span.text}
                </button>
            }
            .into_any()
        }
    }
}
