//! The page: the only place with signals and a document.
//!
//! State is one scenario signal; everything shown is derived from it through one memo of the report. Signals are
//! created once, at the root, because a signal that outlives its component panics.

pub mod browser;
pub mod chart;
mod dom;
mod draw;
mod erased;
mod field;
mod help;
mod history;
mod levers;
mod state;
mod verdict;
mod views;
mod workbench;

use crate::scenario::link::Decoded;
use crate::units::Date;
use leptos::prelude::*;
use state::State;

/// What the page starts with.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// The scenario of the link, and what was wrong with the link.
    pub link: Decoded,
    /// Inside another site's frame.
    pub embed: bool,
    /// The day on which it is opened.
    pub today: Date,
    /// Width in CSS pixels at which the chart is drawn.
    pub chart_width: f64,
    /// The help of every field. The page takes these texts from its own prerendered form, so that they are not in its
    /// program too.
    pub help_texts: Vec<String>,
}

/// The whole page.
#[component]
pub fn App(
    /// What it starts with.
    start: Start,
) -> impl IntoView {
    let state = State::new(start);
    provide_context(state);
    history::follow(state);
    help::listen(state);
    view! {
        <Header/>
        <Notices/>
        <main>
            <section id="answer" class="answer" tabindex="-1" aria-label="Answer">
                <verdict::Verdict/>
            </section>
            <chart::Chart/>
            <levers::Levers/>
            {(!state.embed).then(|| view! { <views::Views/> })}
        </main>
        <Footer/>
        <help::Help/>
        <p class="toast" role="status" class:shown=erased::flag(move || state.toast.with(Option::is_some))>
            {erased::text(move || state.toast.get().unwrap_or_default().to_owned())}
        </p>
    }
}

/// What a click does.
fn click(act: impl Fn() + 'static) -> Box<dyn FnMut(web_sys::MouseEvent)> {
    erased::act(move |_| act())
}

#[component]
fn Header() -> impl IntoView {
    let state = State::get();
    view! {
        <header>
            <a class="skip" href="#answer" on:click=erased::act(browser::skip_to_answer)>"Skip to the answer"</a>
            <h1>"LLM Breakeven"</h1>
            <span class="tagline">"API or GPU, and from what volume"</span>
            <nav aria-label="Page">
                <button type="button" class="page-only" disabled=erased::flag(move || state.depth.get() == 0) on:click=click(move || history::undo(state))>
                    "Undo"
                </button>
                <button type="button" on:click=click(move || history::copy_link(state))>"Copy link"</button>
                <a class="embed-only" href=erased::text(move || history::full_page(state)) target="_blank" rel="noopener">"Open in full"</a>
                <button type="button" class="page-only" on:click=click(move || state.next_theme())>
                    {erased::text(move || state.theme.get().label().to_owned())}
                </button>
                <button type="button" class="page-only" on:click=click(move || help::toggle(state))>"Help"</button>
            </nav>
        </header>
    }
}

/// What was wrong with the link; each message can be put away.
#[component]
fn Notices() -> impl IntoView {
    let state = State::get();
    let items = move || {
        let notices = state.notices.get();
        notices
            .iter()
            .map(|notice| view! { <li>{crate::words::errors::notice(notice)}</li> })
            .collect_view()
            .into_any()
    };
    view! {
        <div class="notices" role="alert" hidden=erased::flag(move || state.notices.with(Vec::is_empty))>
            <ul>{erased::part(items)}</ul>
            <button type="button" on:click=click(move || state.notices.set(Vec::new()))>"Dismiss"</button>
        </div>
    }
}

#[component]
fn Footer() -> impl IntoView {
    view! {
        <footer>
            <p>
                "Runs in your browser. Nothing you enter leaves it: no account, no server, no analytics, no request to anyone."
            </p>
            <p>
                "Not counted: quality differences between models, downtime, taxes. Estimates, not offers."
            </p>
        </footer>
    }
}
