//! The inputs, grouped by the questions they answer.

use super::field::{Help, NumberField};
use super::state::State;
use super::{browser, erased};
use crate::catalogue::{Catalogue, Gpu};
use crate::engine::choice;
use crate::scenario::fields::{Choice, Kind, Question, Table, Value};
use crate::scenario::{FieldId, default_of};
use crate::units::order;
use crate::words::{names, resolved};
use leptos::prelude::*;

/// All levers.
#[component]
pub fn Levers() -> impl IntoView {
    const QUESTIONS: [(Question, &str); 5] = [
        (Question::HowMuch, "How much?"),
        (Question::What, "What runs?"),
        (Question::When, "When?"),
        (Question::OnWhat, "On what?"),
        (Question::OtherCost, "At what other cost?"),
    ];
    let groups = QUESTIONS.map(|(question, title)| {
        let fields = |basic: bool| {
            let asked =
                FieldId::ALL.iter().filter(|id| id.field().question == question && id.is_basic() == basic);
            asked.map(|id| lever(*id)).collect_view()
        };
        view! {
            <fieldset>
                <legend>{title}</legend>
                {fields(true)}
                <details><summary>{erased::text(more(question))}</summary>{fields(false)}</details>
            </fieldset>
        }
    });
    view! { <form class="levers" aria-label="Inputs" on:submit=|event| event.prevent_default()>{groups}</form> }
}

/// The line that opens a question's other fields, with how many of them are in use.
fn more(question: Question) -> impl Fn() -> String {
    let state = State::get();
    move || {
        let others = FieldId::ALL.iter().filter(|id| id.field().question == question && !id.is_basic());
        let used = state
            .scenario
            .with(|scenario| others.filter(|id| *scenario.get(**id) != default_of(**id)).count());
        if used == 0 { "More".into() } else { format!("More, {used} in use") }
    }
}

fn lever(id: FieldId) -> AnyView {
    match id.field().kind {
        Kind::Number { .. } | Kind::Text(_) => view! { <NumberField id=id/> }.into_any(),
        Kind::Set(choices) => set_field(id, choices),
        Kind::Choice(_) | Kind::Row(_) => view! { <SelectField id=id/> }.into_any(),
    }
}

/// A field of which several answers can hold.
fn set_field(id: FieldId, choices: &'static [Choice]) -> AnyView {
    let state = State::get();
    let boxes = choices.iter().map(|choice| {
        let holds = move || state.scenario.with(|scenario| scenario.holds(id, choice.key));
        let turn = move |_: web_sys::Event| {
            let on = !holds();
            let kept = choices.iter().map(|one| one.key).filter(|key| {
                if *key == choice.key {
                    on
                } else {
                    state.scenario.with_untracked(|scenario| scenario.holds(id, key))
                }
            });
            let text = kept.collect::<Vec<_>>().join("*");
            state.set(id, Value::Name(text.into()));
        };
        view! { <label><input type="checkbox" prop:checked=erased::flag(holds) on:change=erased::act(turn)/> " " {choice.label}</label> }
    });
    view! { <div class="field set" role="group" aria-label=id.field().label>{boxes.collect_view()}</div> }
        .into_any()
}

/// An entry of a list: what is stored, and what is shown.
type Entry = (String, String);

/// A field that chooses from a list.
#[component]
fn SelectField(
    /// Which.
    id: FieldId,
) -> impl IntoView {
    let state = State::get();
    let field = id.field();
    // only what decides the list, so that it is not rebuilt while other inputs change
    let context = Memo::new(move |_| {
        state
            .scenario
            .with(|scenario| (scenario.model().to_owned(), scenario.gpu().to_owned(), scenario.text(id)))
    });
    let entries = Memo::new(move |_| context.with(|(model, gpu, current)| entries(id, model, gpu, current)));
    let current = move || context.with(|(_, _, current)| current.clone());
    let automatic = move || {
        field.automatic().map(|rule| {
            let shown = state.scenario.with(|scenario| scenario.text(id).is_empty());
            let now = resolved::resolved(&state.report(), id).filter(|_| shown);
            let label = now.map_or(format!("Automatic: {rule}"), |now| format!("{now} ({rule})"));
            view! { <option value="" selected=erased::flag(move || current().is_empty())>{label}</option> }
        }).into_any()
    };
    let options = move || {
        let current = current();
        let entries = entries.get().into_iter();
        entries
            .map(|(key, label)| {
                let selected = key == current;
                view! { <option value=key selected=selected>{label}</option> }
            })
            .collect_view()
            .into_any()
    };
    view! {
        <div class="field select" class:invalid=erased::flag(move || state.error(id).is_some())>
            <label for=field.name>{field.label}</label>
            <select
                id=field.name
                aria-describedby=format!("{}-help", field.name)
                prop:value=erased::text(current)
                on:change=erased::act(move |event: web_sys::Event| state.type_text(id, &browser::value_of(&event)))
            >
                {erased::part(automatic)}
                {erased::part(options)}
            </select>
            <Help id=id/>
        </div>
    }
}

/// The list of a field for the current model and GPU; the current choice is always in it.
fn entries(id: FieldId, model: &str, gpu: &str, current: &str) -> Vec<Entry> {
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
        Kind::Row(Table::ApiPrices) => {
            let mut rows: Vec<_> = choice::hosts(catalogue, model).collect();
            rows.extend(
                catalogue
                    .api_prices
                    .iter()
                    .filter(|row| row.kind == crate::catalogue::ProviderKind::Reference || row.id == current),
            );
            order::by_number(&mut rows, |row| (row.input + row.output).value());
            rows.dedup_by(|a, b| a.id == b.id);
            rows.into_iter().map(|row| (row.id.to_string(), names::api_price(row))).collect()
        }
        Kind::Row(Table::Offers) => {
            let mut rows: Vec<_> = catalogue.offers_of(gpu).collect();
            order::by_number(&mut rows, |row| row.price_per_gpu().value());
            rows.into_iter().map(|row| (row.id.to_string(), names::offer(row))).collect()
        }
        Kind::Number { .. } | Kind::Text(_) | Kind::Set(_) => Vec::new(),
    }
}
