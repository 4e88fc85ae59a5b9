//! One row of views under the chart. The page makes the first; the others come from a worker, as
//! data of the same kind, and one place draws them all.

use super::draw::{self, Shown};
use super::state::State;
use super::{browser, dom, erased, workbench};
use crate::words::tables;
use crate::words::view::{Block, Control, ControlKind, View};
use crate::words::views::VIEWS;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The view that the page makes itself, so that it is there at once; it comes first.
const FIRST: &str = "Cost by volume";

/// How many there are.
const COUNT: usize = VIEWS.len() + 1;

fn label(index: usize) -> &'static str {
    index.checked_sub(1).and_then(|at| VIEWS.get(at)).map_or(FIRST, |(_, label)| label)
}

/// The name of a view that the worker makes.
pub fn in_worker(index: usize) -> Option<&'static str> {
    VIEWS.get(index.checked_sub(1)?).map(|(name, _)| *name)
}

/// How each table of the open view is shown, by its place.
type Tables = RwSignal<Vec<(usize, Shown)>>;

/// The row of views and the open one.
#[component]
pub fn Views() -> impl IntoView {
    let state = State::get();
    let panel = NodeRef::<Div>::new();
    let tables: Tables = RwSignal::default();
    workbench::follow(state);
    let made = Memo::new_with_compare(move |_| current(state), |_, _| true);
    let drawn_controls = StoredValue::default();
    Effect::new(move |_: Option<()>| {
        let Some(panel) = panel.get() else { return };
        let waiting = in_worker(state.view.get()).is_some() && state.made.with(Option::is_none);
        let _ = panel.toggle_attribute_with_force("aria-busy", waiting);
        made.with(|view| {
            browser::keep_focus(&panel, || draw_view(&panel, view, state, tables, drawn_controls))
        });
    });
    let tab = |index: usize| {
        let open = move || state.view.get() == index;
        view! {
            <button
                type="button"
                role="tab"
                id=format!("tab-{index}")
                aria-controls="view"
                aria-selected=erased::text(move || open().to_string())
                tabindex=erased::text(move || if open() { "0" } else { "-1" }.to_owned())
                on:click=erased::act(move |_: web_sys::MouseEvent| show(state, tables, index))
                on:keydown=erased::act(move |event: web_sys::KeyboardEvent| step(state, tables, &event))
            >
                {label(index)}
            </button>
        }
    };
    view! {
        <section class="views" aria-label="Details">
            <div class="tabs" role="tablist" aria-label="Views">
                {(0..COUNT).map(tab).collect_view()}
            </div>
            <div
                node_ref=panel
                id="view"
                class="view"
                role="tabpanel"
                tabindex="0"
                aria-labelledby=erased::text(move || format!("tab-{}", state.view.get()))
                on:click=erased::act(move |event: web_sys::MouseEvent| click(state, tables, made, event.as_ref()))
                on:input=erased::act(move |event: web_sys::Event| answer(state, &event))
                on:change=erased::act(move |event: web_sys::Event| choose_files(state, &event))
                on:keydown=erased::act(move |event: web_sys::KeyboardEvent| submit(&event))
                on:dragover=erased::act(move |event: web_sys::DragEvent| hold(event.as_ref()))
                on:drop=erased::act(move |event: web_sys::DragEvent| dropped(state, event.as_ref()))
            ></div>
        </section>
    }
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
fn draw_view(panel: &Element, view: &View, state: State, tables: Tables, drawn: StoredValue<Asked>) {
    let last = view.blocks.iter().rposition(|block| matches!(block, Block::Control(_)));
    let (asking, rest) = view.blocks.split_at(last.map_or(0, |last| last + 1));
    let tables = tables.get();
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
    if drawn.with_value(|old| *old != asked) || panel.first_element_child().is_none() {
        panel.replace_children_with_node_0();
        let controls = dom::add(panel, "div", "controls", "");
        for (at, block) in asking.iter().enumerate() {
            draw(&controls, at, &answered(block, state));
        }
        dom::add(panel, "div", "drawn", "");
        drawn.set_value(asked);
    }
    let Some(body) = panel.last_element_child() else { return };
    body.replace_children_with_node_0();
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
            && !matches!(kind, ControlKind::Select(_))
        {
            value.clear();
        }
    }
    blocks
}

/// Opens a view; its controls and tables start anew.
fn show(state: State, tables: Tables, index: usize) {
    if state.view.get_untracked() != index {
        state.made.set(None);
        state.answers.set(Default::default());
        tables.set(Vec::new());
        state.view.set(index);
    }
}

/// Arrow keys move between the views.
fn step(state: State, tables: Tables, event: &web_sys::KeyboardEvent) {
    let at = state.view.get_untracked();
    let to = match event.key().as_str() {
        "ArrowRight" => (at + 1) % COUNT,
        "ArrowLeft" => (at + COUNT - 1) % COUNT,
        "Home" => 0,
        "End" => COUNT - 1,
        _ => return,
    };
    event.prevent_default();
    show(state, tables, to);
    browser::focus(&format!("tab-{to}"));
}

/// Does what the clicked element says: a verb, the place of its block, and what else it needs.
fn click(state: State, tables: Tables, made: Memo<View>, event: &web_sys::Event) {
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
            tables.update(|all| turn(all, at, table.sorted, column))
        }
        ("csv", Some(Block::Table(table))) => browser::download("llm-breakeven.csv", &table.csv()),
        ("save", Some(Block::Save(_, name, text))) => browser::download(name, text),
        ("take", Some(Block::Take(_, sets))) => state.take(sets),
        ("set", _) => {
            state.take(&crate::words::view::sets_of(
                &element.get_attribute("data-values").unwrap_or_default(),
            ));
        }
        _ => {}
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
    let Some((element, key)) = dom::meant(event, "data-key") else { return };
    let text = if element.get_attribute("type").as_deref() == Some("checkbox") {
        let checked = browser::property(&element, "checked").as_bool().unwrap_or_default();
        if checked { "1".into() } else { String::new() }
    } else {
        browser::property(&element, "value").as_string().unwrap_or_default()
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
    if let Ok(input) = element.dyn_into::<web_sys::HtmlInputElement>() {
        input.set_value("");
    }
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
