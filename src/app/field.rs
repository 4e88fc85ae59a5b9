//! One input: label, text, slider, help and error, all from its row in the table of fields.
//!
//! A text being typed is never written over: the input is set from the scenario only while it has no focus, and a
//! text that cannot be used stays with its error until it is mended or Escape takes the last good value back.

use super::state::State;
use super::{browser, erased};
use crate::scenario::FieldId;
use crate::scenario::fields::{Kind, Value};
use crate::units::parse::Unit;
use crate::units::{format, number};
use crate::words::{errors, resolved};
use leptos::html::Input;
use leptos::prelude::*;

/// A field for a number or a text.
#[component]
pub fn NumberField(
    /// Which.
    id: FieldId,
) -> impl IntoView {
    let state = State::get();
    let field = id.field();
    let node = NodeRef::<Input>::new();
    let shown = Memo::new(move |_| state.scenario.with(|scenario| shown_text(id, &scenario.text(id))));
    Effect::new(move || {
        let text = shown.get();
        if let Some(input) = node.get()
            && !browser::has_focus(&input)
        {
            input.set_value(&text);
        }
    });
    let reset = move || {
        state.forgive(id);
        if let Some(input) = node.get_untracked() {
            input.set_value(&shown.get_untracked());
        }
    };
    let invalid = move || state.error(id).is_some();
    let leave = move |_: web_sys::FocusEvent| {
        if !invalid()
            && let Some(input) = node.get_untracked()
        {
            input.set_value(&shown.get_untracked());
        }
    };
    let placeholder = move || match field.automatic() {
        Some(_) => resolved::resolved(&state.report(), id).unwrap_or_default(),
        None => String::new(),
    };
    view! {
        <div class="field" class:invalid=erased::flag(invalid)>
            <label for=field.name>{field.label}</label>
            <input
                node_ref=node
                id=field.name
                type="text"
                autocomplete="off"
                spellcheck="false"
                inputmode=if matches!(field.kind, Kind::Number { unit: Unit::TokensPerMonth, .. }) { "text" } else { "decimal" }
                value=shown.get_untracked()
                placeholder=erased::text(placeholder)
                aria-invalid=erased::mark(move || invalid().then_some("true"))
                aria-describedby=format!("{}-help", field.name)
                on:input=erased::act(move |event: web_sys::Event| state.type_text(id, &browser::value_of(&event)))
                on:blur=erased::act(leave)
                on:keydown=erased::act(move |event: web_sys::KeyboardEvent| {
                    if event.key() == "Escape" {
                        reset();
                    }
                })
            />
            <Slider id=id/>
            <p class="note">{erased::text(move || note(state, id))}</p>
            <Help id=id/>
        </div>
    }
}

/// The slider of a field that has one.
#[component]
fn Slider(
    /// Which.
    id: FieldId,
) -> impl IntoView {
    const STEPS: f64 = 400.0;
    let Kind::Number { slider: Some((low, high)), log, whole, .. } = id.field().kind else {
        return ().into_any();
    };
    let state = State::get();
    let position = move || {
        let value = state.scenario.with(|scenario| scenario.number(id));
        let share = if log { (value / low).ln() / (high / low).ln() } else { (value - low) / (high - low) };
        (share.clamp(0.0, 1.0) * STEPS).round()
    };
    let slide = move |text: String| {
        let Some(position) = number::parse(&text) else { return };
        let share = position / STEPS;
        let value = if log { low * (high / low).powf(share) } else { low + (high - low) * share };
        // two digits are what a hand can set
        let value = if whole { value.round() } else { number::rounded(value, 2) };
        state.set(id, Value::Number(value));
    };
    view! {
        <input
            class="slider"
            type="range"
            min="0"
            max=STEPS
            step="1"
            tabindex="-1"
            aria-label=format!("{}, slider", id.field().label)
            prop:value=erased::text(move || position().to_string())
            on:input=erased::act(move |event: web_sys::Event| slide(browser::value_of(&event)))
        />
    }
    .into_any()
}

/// Help that appears while the field has focus, and the error while there is one.
#[component]
pub fn Help(
    /// Which field's.
    id: FieldId,
) -> impl IntoView {
    let state = State::get();
    let field = id.field();
    let error = move || state.error(id);
    let help = state.help_texts.with_value(|texts| texts.get(id as usize).cloned());
    view! {
        {erased::part(move || error().map(|error| view! {
            <p class="error" role="alert">
                {errors::reason(&error)} " " {errors::hint(&error)}
                <span class="kept">" The last good value is in use."</span>
            </p>
        }).into_any())}
        <p class="help" id=format!("{}-help", field.name)>{help}</p>
    }
}

/// The text of an input: exact, with the sign of its unit.
fn shown_text(id: FieldId, exact: &str) -> String {
    let Kind::Number { unit, .. } = id.field().kind else { return exact.to_owned() };
    match unit {
        _ if exact.is_empty() => String::new(),
        Unit::UsdPerMTok | Unit::UsdPerHour | Unit::UsdPerMonth | Unit::UsdPerYear | Unit::Usd(_) => {
            format!("${exact}")
        }
        Unit::Percent => format!("{exact}%"),
        Unit::Of(name) => format!("{exact} {name}"),
        _ => exact.to_owned(),
    }
}

/// What a number means in other words.
fn note(state: State, id: FieldId) -> String {
    let report = state.report();
    let automatic = id
        .field()
        .automatic()
        .filter(|_| state.scenario.with(|scenario| *scenario.get(id) == Value::Automatic));
    match id {
        FieldId::Volume => {
            let rate = report.volume.per_second(report.hours).value();
            format!("{} tokens/s on average", format::compact(rate))
        }
        FieldId::InputShare => format!("blended {}/MTok", format::usd(report.api.blended.value())),
        FieldId::Engineers => {
            let monthly = state.scenario.with(|scenario| scenario.engineering());
            format!("{} a month", format::usd(monthly.value()))
        }
        _ => automatic.map(str::to_owned).unwrap_or_default(),
    }
}
