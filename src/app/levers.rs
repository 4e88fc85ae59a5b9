//! The inputs, grouped by the questions they answer: what is typed goes into the scenario, what follows is shown.
//!
//! A text being typed is never written over: an input is set from the scenario only while it has no focus, and a
//! text that cannot be used stays with its error until it is mended or Escape takes the last good value back.

use super::field::{self, Entry};
use super::state::State;
use super::{browser, dom};
use crate::engine::Report;
use crate::scenario::fields::{Choice, FieldError, Kind, Question, Value};
use crate::scenario::{FieldId, Scenario, default_of};
use crate::words::errors;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

/// The questions in the order of the page.
pub const QUESTIONS: [(Question, &str); 5] = [
    (Question::HowMuch, "How much?"),
    (Question::What, "What runs?"),
    (Question::When, "When?"),
    (Question::OnWhat, "On what?"),
    (Question::OtherCost, "At what other cost?"),
];

/// The fields of a question: those that most workloads need, or the others.
pub fn of(question: Question, basic: bool) -> impl Iterator<Item = FieldId> {
    let all = FieldId::ALL.iter().copied();
    all.filter(move |id| id.field().question == question && id.is_basic() == basic)
}

/// The line that opens a question's other fields, with how many of them are in use.
pub fn more(scenario: &Scenario, question: Question) -> String {
    let used = of(question, false).filter(|id| *scenario.get(*id) != default_of(*id)).count();
    if used == 0 { "More".into() } else { format!("More, {used} in use") }
}

/// Keeps inputs and scenario the same, both ways.
pub fn follow(state: State) {
    let form = dom::part(".levers");
    dom::listen(&form, "submit", |event| event.prevent_default());
    dom::listen(&form, "input", move |event| typed(state, &event));
    dom::listen(&form, "change", move |event| chosen(state, &event));
    dom::listen(&form, "focusout", move |event| {
        if let Some((lever, id)) = meant(&event)
            && state.error(id).is_none()
        {
            show_text(state, &lever, id);
        }
    });
    dom::listen(&form, "keydown", move |event| {
        let key: &web_sys::KeyboardEvent = event.unchecked_ref();
        if key.key() == "Escape"
            && let Some((lever, id)) = meant(&event)
        {
            state.forgive(id);
            show_text(state, &lever, id);
        }
    });
    let mut levers: Vec<Lever> = FieldId::ALL.iter().map(|id| Lever::new(*id, state.is_fixed(*id))).collect();
    let lines =
        QUESTIONS.map(|(question, title)| (question, dom::part(&["[data-more='", title, "']"].concat())));
    dom::follow(move || {
        let report = state.report();
        let scenario = state.scenario.get();
        let errors = state.errors.get();
        for lever in &mut levers {
            lever.draw(&scenario, &report, &errors);
        }
        for (question, line) in &lines {
            line.set_text_content(Some(&more(&scenario, *question)));
        }
    });
}

/// The lever of an event, and its field.
fn meant(event: &Event) -> Option<(Element, FieldId)> {
    let (lever, name) = dom::meant(event, "data-field")?;
    Some((lever, field::named(&name)?))
}

/// Sets an input to the text of the scenario.
fn show_text(state: State, lever: &Element, id: FieldId) {
    if let (Kind::Number { .. } | Kind::Text(_), Ok(Some(input))) =
        (id.field().kind, lever.query_selector("input"))
    {
        dom::set_value(&input, &state.scenario.with_untracked(|scenario| field::text(scenario, id)));
    }
}

/// A key was pressed in an input, or a slider was moved.
fn typed(state: State, event: &Event) {
    let (Some((_, id)), Some(target)) = (meant(event), event.target()) else { return };
    let text = dom::value(&target);
    let slider = target.dyn_ref::<Element>().is_some_and(|input| input.has_attribute("min"));
    match id.field().kind {
        _ if slider => {
            if let Some(value) = field::slid(&text, id) {
                state.set(id, Value::Number(value));
            }
        }
        Kind::Number { .. } | Kind::Text(_) => state.type_text(id, &text),
        _ => {}
    }
}

/// An entry of a list was chosen, or a box ticked.
fn chosen(state: State, event: &Event) {
    let (Some((lever, id)), Some(target)) = (meant(event), event.target()) else { return };
    match id.field().kind {
        Kind::Choice(_) | Kind::Row(_) => state.type_text(id, &dom::value(&target)),
        Kind::Set(choices) => {
            let ticked =
                choices.iter().filter(|choice| tick(&lever, choice).is_some_and(|one| dom::checked(&one)));
            let keys: Vec<&str> = ticked.map(|choice| choice.key).collect();
            state.set(id, Value::Name(keys.join("*").into()));
        }
        _ => {}
    }
}

/// The box of an answer.
fn tick(lever: &Element, choice: &Choice) -> Option<Element> {
    lever.query_selector(&["[value='", choice.key, "']"].concat()).ok().flatten()
}

/// A field on the page, with what it shows, so that only what changes is written.
struct Lever {
    id: FieldId,
    frame: Element,
    control: Element,
    slider: Option<Element>,
    class: String,
    text: String,
    placeholder: String,
    note: String,
    position: String,
    error: String,
    entries: Vec<Entry>,
}

/// Takes the new text, and tells whether it is another one.
fn turn(shown: &mut String, now: String) -> bool {
    let other = *shown != now;
    *shown = now;
    other
}

impl Lever {
    fn new(id: FieldId, fixed: bool) -> Self {
        let frame = dom::part(&["[data-field=", id.field().name, "]"].concat());
        let find = |selector: &str| frame.query_selector(selector).ok().flatten();
        let nothing = String::new;
        let (control, slider) = (find("[id]").unwrap_or_else(|| frame.clone()), find(".slider"));
        for control in [Some(&control), slider.as_ref()].into_iter().flatten() {
            dom::flag(control, "disabled", fixed);
        }
        Self {
            id,
            control,
            slider,
            class: frame.get_attribute("class").unwrap_or_default(),
            frame,
            // what a browser may have put there from the last visit is not the scenario's
            text: "\0".into(),
            placeholder: nothing(),
            note: nothing(),
            position: nothing(),
            error: nothing(),
            entries: Vec::new(),
        }
    }

    fn draw(&mut self, scenario: &Scenario, report: &Report, errors: &[FieldError]) {
        let id = self.id;
        match id.field().kind {
            Kind::Set(choices) => {
                if turn(&mut self.text, scenario.text(id)) {
                    for choice in choices {
                        let on = scenario.holds(id, choice.key);
                        drop(tick(&self.frame, choice).inspect(|one| dom::set_checked(one, on)));
                    }
                }
            }
            Kind::Choice(_) | Kind::Row(_) => self.draw_list(scenario, report),
            Kind::Number { .. } | Kind::Text(_) => self.draw_input(scenario, report),
        }
        let error = errors.iter().find(|error| error.field == id);
        self.draw_error(
            error.map(|error| errors::reason(error) + " " + &errors::hint(error)).unwrap_or_default(),
        );
    }

    fn draw_input(&mut self, scenario: &Scenario, report: &Report) {
        let id = self.id;
        if !browser::has_focus(&self.control) && turn(&mut self.text, field::text(scenario, id)) {
            dom::set_value(&self.control, &self.text);
        }
        if turn(&mut self.placeholder, field::placeholder(report, id)) {
            dom::set(&self.control, "placeholder", &self.placeholder);
        }
        if turn(&mut self.note, field::note(scenario, report, id)) {
            let note = self.frame.query_selector(".note").ok().flatten();
            drop(note.inspect(|note| note.set_text_content(Some(&self.note))));
        }
        if let (Some(slider), Some(position)) = (&self.slider, field::position(scenario, id))
            && turn(&mut self.position, position)
        {
            dom::set_value(slider, &self.position);
        }
    }

    fn draw_list(&mut self, scenario: &Scenario, report: &Report) {
        let id = self.id;
        let mut other = turn(&mut self.text, scenario.text(id));
        let automatic = field::automatic(scenario, report, id);
        if let Some(mut entries) = field::following(scenario, id) {
            entries.splice(0..0, automatic.map(|label| (String::new(), label)));
            if entries != self.entries {
                dom::clear(&self.control);
                for (key, label) in &entries {
                    dom::set(&dom::add(&self.control, "option", "", label), "value", key);
                }
                self.entries = entries;
                other = true;
            }
        } else if let (Some(label), Some(first)) = (automatic, self.control.first_element_child())
            && turn(&mut self.note, label)
        {
            first.set_text_content(Some(&self.note));
        }
        if other {
            dom::set_value(&self.control, &self.text);
        }
    }

    fn draw_error(&mut self, error: String) {
        if !turn(&mut self.error, error) {
            return;
        }
        let find = |selector: &str| self.frame.query_selector(selector).ok().flatten();
        drop(find(".error").inspect(Element::remove));
        let wrong = !self.error.is_empty();
        let class = [self.class.as_str(), if wrong { " invalid" } else { "" }].concat();
        dom::set(&self.frame, "class", &class);
        if wrong {
            dom::set(&self.control, "aria-invalid", "true");
            let told = dom::add(&self.frame, "p", "error", &self.error);
            dom::set(&told, "role", "alert");
            dom::add(&told, "span", "kept", " The last good value is in use.");
            // before the help
            let _ = self.frame.insert_before(&told, find(".help").as_deref());
        } else {
            let _ = self.control.remove_attribute("aria-invalid");
        }
    }
}
