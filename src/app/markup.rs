//! The page's markup, with what the default scenario shows. It is written into `index.html` at build time; the
//! program takes it over as it is, so what it finds there by class, id or `data-` attribute is named here.

use super::field::{self, Entry};
use super::state::Theme;
use super::{chart, levers, views};
use crate::catalogue::{Catalogue, Gpu};
use crate::chart::cost::CostChart;
use crate::engine::Report;
use crate::scenario::fields::{Choice, Kind, Table};
use crate::scenario::{FieldId, Scenario};
use crate::units::order;
use crate::units::parse::Unit;
use crate::words::views::{GROUPS, VIEWS};
use crate::words::{Span, Tone, names, verdict};
use leptos::prelude::*;

/// The name of the view that comes first.
const FIRST: &str = "Cost by volume";

/// What a key does.
const KEYS: [(&str, &str); 5] = [
    ("/", "write the volume"),
    ("t", "show the table"),
    ("c", "copy the link"),
    ("u", "undo"),
    ("?", "open or close this help"),
];

/// What is shown: a scenario, and its report.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The inputs.
    pub scenario: &'a Scenario,
    /// What follows from them.
    pub report: &'a Report,
}

/// The whole page as HTML, but for the chart's picture, whose place is an empty `div`.
#[must_use]
pub fn page(shown: Shown) -> String {
    let levers = levers::QUESTIONS.map(|(question, title)| {
        let fields = |basic| levers::of(question, basic).map(|id| lever(shown, id)).collect_view();
        view! {
            <fieldset>
                <legend>{title}</legend>
                {fields(true)}
                <details>
                    <summary data-more=title>{levers::more(shown.scenario, question)}</summary>
                    {fields(false)}
                </details>
            </fieldset>
        }
    });
    let view = view! {
        {header()}
        <div class="notices" role="alert" hidden=true>
            <ul></ul>
            <button type="button" data-act="dismiss">"Dismiss"</button>
        </div>
        <div class="since" role="status" hidden=true></div>
        <main>
            {answer(shown.report)}
            {figure(&shown)}
            // without autocomplete browsers leave the inputs as they are here, not as they were at the last visit
            <form class="levers" aria-label="Inputs" autocomplete="off">{levers}</form>
            {row_of_views()}
        </main>
        <footer>
            <p>
                "Runs in your browser. Nothing you enter leaves it: no account, no server, no analytics, no request to anyone."
            </p>
            <p>
                "Not counted: quality differences between models, downtime, taxes. Estimates, not offers."
            </p>
        </footer>
        {help_panel()}
        <p class="toast" role="status"></p>
    };
    // marks for hydration, which this page does not do
    view.to_html().replace("<!>", "")
}

fn header() -> AnyView {
    view! {
        <header>
            <a class="skip" href="#answer" data-act="focus answer">"Skip to the answer"</a>
            <h1>"LLM Breakeven"</h1>
            <span class="tagline">"API or GPU, and from what volume"</span>
            <nav aria-label="Page">
                <button type="button" class="page-only" disabled=true data-act="undo">"Undo"</button>
                <button type="button" data-act="copy">"Copy link"</button>
                <a class="embed-only" href="./" target="_blank" rel="noopener">"Open in full"</a>
                <button type="button" class="page-only" data-act="theme">{Theme::Auto.label()}</button>
                <button type="button" class="page-only" data-act="help">"Help"</button>
            </nav>
        </header>
    }
    .into_any()
}

fn answer(report: &Report) -> AnyView {
    let sentence = verdict::verdict(report).0.into_iter().map(span).collect_view();
    let lines = verdict::small_print(report, None).into_iter();
    let print =
        lines.map(|(label, text, _)| view! { <div><dt>{label}</dt><dd>{text}</dd></div> }).collect_view();
    view! {
        <section id="answer" class="answer" tabindex="-1" aria-label="Answer">
            <p class="verdict" aria-live="polite">{sentence}</p>
            <p class="outdated" role="alert" hidden=true></p>
            <ul class="contradictions" aria-live="polite"></ul>
            <dl class="small-print">{print}</dl>
        </section>
    }
    .into_any()
}

fn span(span: Span) -> AnyView {
    match span.tone {
        Tone::Plain => span.text.into_any(),
        Tone::Api => view! { <span class="api">{span.text}</span> }.into_any(),
        Tone::Gpu => view! { <span class="gpu">{span.text}</span> }.into_any(),
        Tone::Strong => view! { <span class="strong">{span.text}</span> }.into_any(),
        Tone::Input(id) => {
            let (title, act) =
                (format!("Change: {}", id.field().label), format!("focus {}", id.field().name));
            view! { <button type="button" class="input" title=title data-act=act>{span.text}</button> }
                .into_any()
        }
    }
}

fn figure(shown: &Shown) -> AnyView {
    view! {
        <figure class="cost">
            <figcaption>
                <strong>"Monthly cost"</strong>
                <span class="by">{chart::BY}</span>
                <span class="key range">"range of tokens/s"</span>
                <span class="key win">"self-hosting cheaper"</span>
                <button type="button" class="plain page-only" data-act="open share">"Picture"</button>
            </figcaption>
            <div
                class="plot"
                role="slider"
                tabindex="0"
                aria-label="Tokens a month, on the cost chart"
                aria-orientation="horizontal"
                aria-valuemin="3"
                aria-valuemax="16"
                aria-valuenow=chart::position(shown.report)
                aria-valuetext=chart::spoken(&CostChart::of(shown.scenario, shown.report), shown.report.volume)
            ></div>
        </figure>
    }
    .into_any()
}

fn lever(shown: Shown, id: FieldId) -> AnyView {
    match id.field().kind {
        Kind::Number { .. } | Kind::Text(_) => input(shown, id),
        Kind::Set(choices) => set(shown.scenario, id, choices),
        Kind::Choice(_) | Kind::Row(_) => list(shown, id),
    }
}

/// A field for a number or a text, with its slider if it has one.
fn input(Shown { scenario, report }: Shown, id: FieldId) -> AnyView {
    let field = id.field();
    let by_name = matches!(field.kind, Kind::Number { unit: Unit::TokensPerMonth, .. });
    let slider = field::position(scenario, id).map(|position| {
        view! {
            <input
                class="slider"
                type="range"
                min="0"
                max=field::STEPS.to_string()
                step="1"
                tabindex="-1"
                aria-label=format!("{}, slider", field.label)
                value=position
            />
        }
    });
    view! {
        <div class="field" data-field=field.name>
            <label for=field.name>{field.label}</label>
            <input
                id=field.name
                type="text"
                autocomplete="off"
                spellcheck="false"
                inputmode=if by_name { "text" } else { "decimal" }
                value=field::text(scenario, id)
                placeholder=field::placeholder(report, id)
                aria-describedby=format!("{}-help", field.name)
            />
            {slider}
            <p class="note">{field::note(scenario, report, id)}</p>
            {explained(id)}
        </div>
    }
    .into_any()
}

/// A field that chooses from a list.
fn list(Shown { scenario, report }: Shown, id: FieldId) -> AnyView {
    let field = id.field();
    let current = scenario.text(id);
    let first = field::automatic(scenario, report, id).map(|label| (String::new(), label));
    let others = field::following(scenario, id).unwrap_or_else(|| fixed(id));
    let option = |(key, label): Entry| {
        let selected = key == current;
        view! { <option value=key selected=selected>{label}</option> }
    };
    view! {
        <div class="field select" data-field=field.name>
            <label for=field.name>{field.label}</label>
            <select id=field.name aria-describedby=format!("{}-help", field.name)>
                {first.into_iter().chain(others).map(option).collect_view()}
            </select>
            {explained(id)}
        </div>
    }
    .into_any()
}

/// The entries of a list that is always the same.
fn fixed(id: FieldId) -> Vec<Entry> {
    let catalogue = Catalogue::builtin();
    match id.field().kind {
        Kind::Choice(choices) => choices.iter().map(|c| (c.key.to_owned(), c.label.to_owned())).collect(),
        Kind::Row(Table::Models) => {
            let mut rows: Vec<Entry> =
                catalogue.models.iter().map(|row| (row.id.to_string(), names::model(row))).collect();
            order::by_number(&mut rows, |(_, name)| order::of_text(name));
            rows
        }
        Kind::Row(Table::Gpus) => {
            let label = |row: &Gpu| format!("{} {}, {:.0} GB", row.vendor, names::gpu(row), row.nominal_gb);
            catalogue.gpus.iter().map(|row| (row.id.to_string(), label(row))).collect()
        }
        _ => Vec::new(),
    }
}

/// A field of which several answers can hold.
fn set(scenario: &Scenario, id: FieldId, choices: &'static [Choice]) -> AnyView {
    let one = |choice: &'static Choice| {
        let checked = scenario.holds(id, choice.key);
        view! { <label><input type="checkbox" value=choice.key checked=checked/> " " {choice.label}</label> }
    };
    let field = id.field();
    view! {
        <div class="field set" role="group" aria-label=field.label data-field=field.name>
            {choices.iter().map(one).collect_view()}
        </div>
    }
    .into_any()
}

/// Help that appears while the field has focus.
fn explained(id: FieldId) -> AnyView {
    let field = id.field();
    view! { <p class="help" id=format!("{}-help", field.name)>{field.help}</p> }.into_any()
}

/// What is written on a tab.
fn view_label(index: usize) -> &'static str {
    index.checked_sub(1).and_then(|at| VIEWS.get(at)).map_or(FIRST, |(_, label)| label)
}

fn row_of_views() -> AnyView {
    let tab = |index: usize| {
        view! {
            <button
                type="button"
                role="tab"
                id=format!("tab-{index}")
                aria-controls="view"
                aria-selected=if index == 0 { "true" } else { "false" }
                tabindex=if index == 0 { "0" } else { "-1" }
                data-act=format!("view {index}")
            >
                {view_label(index)}
            </button>
        }
    };
    let first_of = |group: usize| {
        GROUPS.get(group).and_then(|(_, first)| VIEWS.iter().position(|(name, _)| name == first))
    };
    let group = |at: usize| {
        // the page's own view has index 0 and leads the first group
        let from = if at == 0 { 0 } else { first_of(at).map_or(views::COUNT, |first| first + 1) };
        let to = first_of(at + 1).map_or(views::COUNT, |first| first + 1);
        view! {
            <span class="group">{GROUPS[at].0}</span>
            <div role="presentation">{(from..to).map(tab).collect_view()}</div>
        }
    };
    view! {
        <section class="views page-only" aria-label="Details">
            <div class="tabs" role="tablist" aria-label="Views">{(0..GROUPS.len()).map(group).collect_view()}</div>
            <div id="view" class="view" role="tabpanel" tabindex="0" aria-labelledby="tab-0"></div>
        </section>
    }
    .into_any()
}

fn help_panel() -> AnyView {
    let keys = KEYS
        .map(|(key, action)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{action}</dd></div> })
        .collect_view();
    view! {
        <section class="help-panel" role="dialog" aria-label="Help" hidden=true>
            <h2>"How to read this page"</h2>
            <p>
                "The sentence on top answers for your volume. The chart shows where the answer changes: the API costs \
                 the same for every token, self-hosting costs the same for every instance, used or not. Tinted: \
                 self-hosting is cheaper. Drag the handle, or write numbers the way you say them: 5B, 40M/day, $0.28."
            </p>
            <p>"The address of the page is the scenario: copy it, bookmark it, go back to undo."</p>
            <dl class="keys">{keys}</dl>
            <label class="check"><input id="keys" type="checkbox" autocomplete="off" checked=true/> " Single keys act"</label>
            <button type="button" data-act="help">"Close"</button>
        </section>
    }
    .into_any()
}
