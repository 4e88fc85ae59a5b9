//! One row of views under the chart. The page makes the first; the others come from a worker, as
//! data of the same kind, and one place draws them all.

use super::draw::{self, Shown};
use super::state::State;
use super::{browser, dom, week, workbench};
use crate::catalogue::Catalogue;
use crate::scenario::link;
use crate::words::tables;
use crate::words::view::{Block, Control, ControlKind, View};
use crate::words::views::VIEWS;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// How many there are: the page makes the first itself, so that it is there at once.
pub const COUNT: usize = VIEWS.len() + 1;

/// The name of a view that the worker makes.
pub fn in_worker(index: usize) -> Option<&'static str> {
    VIEWS.get(index.checked_sub(1)?).map(|(name, _)| *name)
}

/// How each table of the open view is shown, by its place.
pub type Tables = RwSignal<Vec<(usize, Shown)>>;

/// Keeps the row of views and the open one up to date.
pub fn follow(state: State) {
    let panel = dom::part("#view");
    let tabs: Vec<Element> = (0..COUNT).map(|index| dom::part(&format!("#tab-{index}"))).collect();
    workbench::follow(state);
    let made = Memo::new_with_compare(move |_| current(state), |_, _| true);
    listen(state, &panel, made);
    dom::listen(&dom::part(".tabs"), "keydown", move |event| step(state, event.unchecked_ref()));
    let labelled = panel.clone();
    dom::follow(move || {
        let open = state.view.get();
        for (index, tab) in tabs.iter().enumerate() {
            let (selected, order) = if index == open { ("true", "0") } else { ("false", "-1") };
            dom::set(tab, "aria-selected", selected);
            dom::set(tab, "tabindex", order);
        }
        dom::set(&labelled, "aria-labelledby", &format!("tab-{open}"));
    });
    let asked = StoredValue::new(Asked::default());
    let busy = panel.clone();
    let draw = move || {
        let waiting =
            in_worker(state.view.get_untracked()).is_some() && state.made.with_untracked(Option::is_none);
        dom::flag(&panel, "aria-busy", waiting);
        asked.update_value(|asked| {
            made.with_untracked(|view| browser::keep_focus(&panel, || draw_view(&panel, view, state, asked)));
        });
    };
    let due = StoredValue::new(false);
    let mut first = true;
    dom::follow(move || {
        made.track();
        state.tables.track();
        if std::mem::take(&mut first) {
            return draw();
        }
        // what it shows is of before
        dom::flag(&busy, "aria-busy", true);
        // answer and chart are painted first, what stands below them is laid out after that
        if !due.try_update_value(|due| std::mem::replace(due, true)).unwrap_or(true) {
            let draw = draw.clone();
            set_timeout(
                move || {
                    due.set_value(false);
                    draw();
                },
                Duration::ZERO,
            );
        }
    });
}

/// What is clicked, answered, chosen and dropped in the open view.
fn listen(state: State, panel: &Element, made: Memo<View>) {
    dom::listen(panel, "click", move |event| click(state, made, &event));
    dom::listen(panel, "input", move |event| answer(state, &event));
    dom::listen(panel, "change", move |event| choose_files(state, &event));
    dom::listen(panel, "keydown", move |event| {
        let key: &web_sys::KeyboardEvent = event.unchecked_ref();
        submit(key);
        week::press(key);
    });
    week::follow(state, panel);
    dom::listen(panel, "dragover", |event| hold(&event));
    dom::listen(panel, "drop", move |event| dropped(state, &event));
}

/// The view as far as it is made.
fn current(state: State) -> View {
    let index = state.view.get();
    if in_worker(index).is_none() {
        return View::of(tables::cost(&state.report()));
    }
    let made = state.made.get().filter(|(of, _)| *of == index);
    made.map(|(_, view)| view).unwrap_or_default()
}

/// What the controls of a view ask, and how the tables between them are shown.
type Asked = (Vec<Block>, Vec<(usize, Shown)>);

/// Draws a view into the panel. Controls that ask the same as before stay, so that typing is not disturbed.
fn draw_view(panel: &Element, view: &View, state: State, drawn: &mut Asked) {
    let last = view.blocks.iter().rposition(|block| matches!(block, Block::Control(_)));
    let (asking, rest) = view.blocks.split_at(last.map_or(0, |last| last + 1));
    let tables = state.tables.get_untracked();
    let draw = |parent: &Element, at: usize, block: &Block| {
        let first = match block {
            Block::Table(table) => Shown { column: table.sorted, ..Shown::default() },
            _ => Shown::default(),
        };
        let shown = tables.iter().find(|(of, _)| *of == at).map(|(_, shown)| *shown);
        draw::block(parent, at, block, shown.unwrap_or(first));
    };
    let between = tables.iter().filter(|(at, _)| *at < asking.len()).copied().collect();
    let asked = (without_answers(asking), between);
    if *drawn != asked || panel.first_element_child().is_none() {
        dom::clear(panel);
        let controls = dom::add(panel, "div", "controls", "");
        for (at, block) in asking.iter().enumerate() {
            draw(&controls, at, &answered(block, state));
        }
        dom::add(panel, "div", "drawn", "");
        *drawn = asked;
    }
    let Some(body) = panel.last_element_child() else { return };
    dom::clear(&body);
    if view.blocks.is_empty() {
        dom::set(&dom::add(&body, "p", "fine", "Working …"), "role", "status");
    }
    for (at, block) in rest.iter().enumerate() {
        draw(&body, at + asking.len(), block);
    }
}

/// A control with the newest answer: someone may have typed on while the view was made.
fn answered(block: &Block, state: State) -> Block {
    let mut block = block.clone();
    if let Block::Control(Control { key, value, .. }) = &mut block {
        state.answers.with_untracked(|answers| {
            if let Some(given) = answers.given(key) {
                given.clone_into(value);
            }
        });
    }
    block
}

/// What is asked, without what is typed.
fn without_answers(blocks: &[Block]) -> Vec<Block> {
    let mut blocks = blocks.to_vec();
    for block in &mut blocks {
        if let Block::Control(Control { value, kind, .. }) = block
            && !matches!(kind, ControlKind::Select(_) | ControlKind::Hours(_))
        {
            value.clear();
        }
    }
    blocks
}

/// Opens a view; its controls and tables start anew.
pub fn show(state: State, index: usize) {
    if state.view.get_untracked() != index {
        state.made.set(None);
        state.answers.set(Default::default());
        state.tables.set(Vec::new());
        state.view.set(index);
    }
}

/// Opens a view by its name, and leads there.
pub fn open(state: State, view: &str) {
    let Some(at) = VIEWS.iter().position(|(name, _)| *name == view) else { return };
    show(state, at + 1);
    browser::focus("view");
}

/// Opens the formula of a figure.
pub fn explain(state: State, figure: &str) {
    open(state, "explain");
    state.answers.update(|answers| answers.set("figure", figure.to_owned()));
    // also where the view is open already, whose choice is kept as it was drawn
    state.made.set(None);
}

/// Arrow keys move between the views.
fn step(state: State, event: &web_sys::KeyboardEvent) {
    let at = state.view.get_untracked();
    let to = match event.key().as_str() {
        "ArrowRight" => (at + 1) % COUNT,
        "ArrowLeft" => (at + COUNT - 1) % COUNT,
        "Home" => 0,
        "End" => COUNT - 1,
        _ => return,
    };
    event.prevent_default();
    show(state, to);
    browser::focus(&format!("tab-{to}"));
}

/// Does what the clicked element says: a verb, the place of its block, and what else it needs.
fn click(state: State, made: Memo<View>, event: &web_sys::Event) {
    let Some((element, act)) = dom::meant(event, "data-do") else { return };
    let mut words = act.split(' ');
    let (verb, rest) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if verb == "press" {
        return workbench::press(state, rest);
    }
    let at: usize = rest.parse().unwrap_or_default();
    let column = words.next().and_then(|text| text.parse().ok());
    made.with_untracked(|view| match (verb, view.blocks.get(at)) {
        ("sort" | "all", Some(Block::Table(table))) => {
            state.tables.update(|all| turn(all, at, table.sorted, column))
        }
        ("csv", Some(Block::Table(table))) => browser::download("llm-breakeven.csv", &table.csv()),
        ("save", Some(Block::Save(_, name, text))) => browser::download(name, text),
        ("take", Some(Block::Take(_, sets))) => state.take(sets),
        ("open", Some(Block::Open(_, link))) => state.load(link::decode(link, Catalogue::builtin())),
        ("copy", Some(Block::Copy(_, text))) => copy(state, element, text),
        ("share", Some(Block::Copy(_, text))) => browser::share(text),
        ("set", _) => {
            state.take(&crate::words::view::sets_of(
                &element.get_attribute("data-values").unwrap_or_default(),
            ));
        }
        _ => {}
    });
}

/// Copies a text; where that is refused its field is selected, for the keyboard to do it.
fn copy(state: State, button: Element, text: &str) {
    browser::copy(text, move |copied| {
        if !copied {
            let frame = button.parent_element();
            let field = frame.and_then(|frame| frame.query_selector("textarea").ok().flatten());
            drop(field.inspect(browser::select));
        }
        state.say(if copied {
            "Copied"
        } else {
            "Copying was refused: the text is selected, copy it by hand"
        });
    });
}

/// Sorts a table by a column, the other way round if it was; without a column shows all its rows.
fn turn(all: &mut Vec<(usize, Shown)>, at: usize, first: usize, column: Option<usize>) {
    if !all.iter().any(|(of, _)| *of == at) {
        all.push((at, Shown { column: first, ..Shown::default() }));
    }
    for (_, shown) in all.iter_mut().filter(|(of, _)| *of == at) {
        match column {
            None => shown.all = true,
            Some(column) => {
                shown.down = shown.column == column && !shown.down;
                shown.column = column;
            }
        }
    }
}

/// Keeps an answer, and asks if the control wants that.
fn answer(state: State, event: &web_sys::Event) {
    if week::set(state, event) {
        return;
    }
    let Some((element, key)) = dom::meant(event, "data-key") else { return };
    let text = if element.get_attribute("type").as_deref() == Some("checkbox") {
        if dom::checked(&element) { "1".into() } else { String::new() }
    } else {
        dom::value(&element)
    };
    state.answers.update_untracked(|answers| answers.set(&key, text));
    if element.has_attribute("data-ask") {
        state.answers.notify();
    }
}

/// Enter in a line presses the next button.
fn submit(event: &web_sys::KeyboardEvent) {
    if event.key() != "Enter" {
        return;
    }
    let Some((element, _)) =
        dom::meant(event.as_ref(), "data-key").filter(|(element, _)| element.tag_name() == "INPUT")
    else {
        return;
    };
    let labels = element.closest("label").ok().flatten();
    let mut next = labels.and_then(|label| label.next_element_sibling());
    while let Some(element) = next {
        if let Some(button) =
            element.dyn_ref::<web_sys::HtmlElement>().filter(|one| one.tag_name() == "BUTTON")
        {
            button.click();
            return;
        }
        next = element.next_element_sibling();
    }
}

/// Files that were chosen.
fn choose_files(state: State, event: &web_sys::Event) {
    let Some((element, _)) = dom::meant(event, "data-files") else { return };
    workbench::take_files(state, &browser::property(&element, "files"));
    // the same file can be chosen again
    dom::set_value(&element, "");
}

/// Lets files be dropped where a view asks for them.
fn hold(event: &web_sys::Event) {
    if dom::meant(event, "class")
        .is_some_and(|(element, _)| element.closest(".drop").ok().flatten().is_some())
    {
        event.prevent_default();
    }
}

fn dropped(state: State, event: &web_sys::Event) {
    hold(event);
    if event.default_prevented() {
        let from = browser::property(event, "dataTransfer");
        workbench::take_files(state, &browser::property(&from, "files"));
    }
}
