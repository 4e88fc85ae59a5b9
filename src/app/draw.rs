//! Draws a view's blocks as elements. What can be clicked says so in `data-do`; what can be answered in `data-key`.

use super::browser;
use super::dom::{add, add_svg, set};
use super::week;
use crate::chart::scene::{Mark, Scene};
use crate::chart::svg::{path, short};
use crate::words::table::{Cell, Column, Side, Table};
use crate::words::view::{Block, Control, ControlKind};
use web_sys::Element;

/// Rows that are drawn at first; a search or a click brings the others.
const MOST_ROWS: usize = 60;

/// How a table is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shown {
    /// The column by which it is sorted.
    pub column: usize,
    /// Whether downwards.
    pub down: bool,
    /// Whether all its rows are drawn.
    pub all: bool,
}

/// Draws a block; `at` is its place in the view.
pub fn block(parent: &Element, at: usize, block: &Block, shown: Shown) {
    let button = |label: &str, class: &str, act: &str| {
        let button = add(parent, "button", class, label);
        set(&button, "type", "button");
        set(&button, "data-do", act);
    };
    match block {
        Block::Heading(text) => drop(add(parent, "h2", "", text)),
        Block::Text(text) => drop(add(parent, "p", "reading", text)),
        Block::Alert(text) => set(&add(parent, "p", "alert", text), "role", "alert"),
        Block::Table(one) => table(parent, at, one, shown),
        Block::Picture(label, picture) => {
            scene(&add(parent, "div", "plot still", ""), picture, &[("role", "img"), ("aria-label", label)]);
        }
        Block::Save(label, ..) => button(label, "action", &format!("save {at}")),
        Block::Copy(label, text) => copy(parent, at, label, text),
        Block::Take(label, _) => button(label, "action", &format!("take {at}")),
        Block::Open(label, _) => button(label, "action", &format!("open {at}")),
        Block::Control(one) => control(parent, one),
    }
}

/// A text in a field, to be selected by hand, and what does it by a click.
fn copy(parent: &Element, at: usize, label: &str, text: &str) {
    let frame = add(parent, "div", "copy", "");
    let named = add(&frame, "label", "area", "");
    add(&named, "span", "", label);
    let field = add(&named, "textarea", "", text);
    let lines = text.lines().map(|line| 1 + line.len() / 90).sum::<usize>().min(14);
    set(&field, "rows", &lines.to_string());
    set(&field, "readonly", "");
    set(&field, "spellcheck", "false");
    let button = |label: &str, act: &str| {
        let button = add(&frame, "button", "action", label);
        set(&button, "type", "button");
        set(&button, "data-do", &format!("{act} {at}"));
    };
    button("Copy", "copy");
    if text.starts_with("http") && browser::can_share() {
        button("Share…", "share");
    }
}

fn table(parent: &Element, at: usize, table: &Table, shown: Shown) {
    if table.rows.is_empty() {
        add(parent, "p", "fine", &["Nothing to show here. ", &table.note].concat());
        return;
    }
    let scroll = add(parent, "div", "scroll", "");
    set(&scroll, "tabindex", "0"); // a narrow page scrolls it by keyboard too
    let frame = add(&scroll, "table", "", "");
    let heads = add(&add(&frame, "thead", "", ""), "tr", "", "");
    for (index, column) in table.columns.iter().enumerate() {
        head(&heads, at, index, column, table.sortable.then_some(shown));
    }
    let body = add(&frame, "tbody", "", "");
    let sorted = table.sortable.then(|| {
        let mut sorted = table.clone();
        sorted.sort(shown.column, shown.down);
        sorted
    });
    let rows = &sorted.as_ref().unwrap_or(table).rows;
    let most = if shown.all { rows.len() } else { MOST_ROWS };
    for row in rows.iter().take(most) {
        let line = add(&body, "tr", if row.strong { "strong" } else { "" }, "");
        for (index, (cell, column)) in row.cells.iter().zip(&table.columns).enumerate() {
            let drawn = add(&line, "td", &class(column, cell.side), "");
            if index == 0 {
                set(&drawn, "role", "rowheader");
            }
            content(&drawn, at, cell);
        }
    }
    let foot = add(parent, "p", "fine", &[&table.note, " "].concat());
    if rows.len() > most {
        let more = add(&foot, "button", "plain", &format!("Show all {} rows", rows.len()));
        set(&more, "data-do", &format!("all {at}"));
        add(&foot, "span", "", " ");
    }
    let save = add(&foot, "button", "plain", "Save as CSV");
    set(&save, "data-do", &format!("csv {at}"));
}

fn class(column: &Column, side: Side) -> String {
    let side = match side {
        Side::Neutral => "",
        Side::Api => "api",
        Side::Gpu => "gpu",
    };
    let parts =
        [if column.text { "text " } else { "" }, if column.wide_only { "wide-only " } else { "" }, side];
    parts.concat()
}

/// A column's head; a click sorts, a second one the other way round.
fn head(parent: &Element, at: usize, index: usize, column: &Column, shown: Option<Shown>) {
    let class = class(column, Side::Neutral);
    if column.label.is_empty() {
        add(parent, "td", &class, "");
        return;
    }
    let Some(shown) = shown else {
        set(&add(parent, "th", &class, &column.label), "scope", "col");
        return;
    };
    let cell = add(parent, "th", &class, "");
    set(&cell, "scope", "col");
    if shown.column == index {
        set(&cell, "aria-sort", if shown.down { "descending" } else { "ascending" });
    }
    let button = add(&cell, "button", "sort", &column.label);
    set(&button, "data-do", &format!("sort {at} {index}"));
}

fn content(parent: &Element, at: usize, cell: &Cell) {
    if let Some(share) = cell.bar {
        set(&add(parent, "meter", "", ""), "value", &share.to_string());
        return;
    }
    if !cell.opens.is_empty() {
        let open = add(parent, "button", "plain", &cell.text);
        set(&open, "type", "button");
        set(&open, "title", "Open its formula");
        set(&open, "data-act", &["explain ", &*cell.opens].concat());
    } else if cell.sets.is_empty() {
        parent.set_text_content(Some(&cell.text));
    } else {
        let take = add(parent, "button", "plain", &cell.text);
        set(&take, "title", "Take into the scenario");
        // the values themselves, for rows move when they are sorted
        let values: Vec<String> =
            cell.sets.iter().map(|(id, text)| [id.field().key, "=", text].concat()).collect();
        set(&take, "data-do", &format!("set {at}"));
        set(&take, "data-values", &values.join(";"));
    }
    if !cell.small.is_empty() {
        drop(parent.append_with_str_1(" "));
        add(parent, "small", "", &cell.small);
    }
}

/// Draws a picture, with what else its element says.
pub fn scene(parent: &Element, scene: &Scene, attributes: &[(&str, &str)]) {
    let (width, height) = (short(scene.width), short(scene.height));
    let svg = add_svg(parent, "svg", attributes);
    set(&svg, "viewBox", &["0 0 ", &width, " ", &height].concat());
    set(&svg, "height", &height);
    for mark in &scene.marks {
        let text_of = |value: &f64| short(*value);
        match mark {
            Mark::Path(role, points) => {
                add_svg(&svg, "path", &[("class", role.class()), ("d", &path(points))]);
            }
            Mark::Rect(role, numbers) => {
                let [x, y, width, height] = numbers.each_ref().map(text_of);
                let sizes =
                    [("class", role.class()), ("x", &x), ("y", &y), ("width", &width), ("height", &height)];
                add_svg(&svg, "rect", &sizes);
            }
            Mark::Circle(role, numbers) => {
                let [x, y, r] = numbers.each_ref().map(text_of);
                add_svg(&svg, "circle", &[("class", role.class()), ("cx", &x), ("cy", &y), ("r", &r)]);
            }
            Mark::Text(role, (x, y), anchor, text) => {
                let (x, y) = (short(*x), short(*y));
                let place = [("class", role.class()), ("x", &x), ("y", &y), ("text-anchor", anchor.svg())];
                add_svg(&svg, "text", &place).set_text_content(Some(text));
            }
        }
    }
}

/// An input of a view. Texts are kept with every key press; `data-ask` marks those that are asked about at once.
fn control(parent: &Element, one: &Control) {
    let keyed = |element: &Element, ask: bool| {
        set(element, "data-key", &one.key);
        if ask {
            set(element, "data-ask", "");
        }
    };
    let labelled = |class: &str| add(parent, "label", class, "");
    match &one.kind {
        ControlKind::Search => {
            let input = add(parent, "input", "", "");
            for (name, value) in [
                ("type", "search"),
                ("placeholder", "Search"),
                ("aria-label", &one.label),
                ("value", &one.value),
            ] {
                set(&input, name, value);
            }
            keyed(&input, true);
        }
        ControlKind::Check => {
            let label = labelled("");
            let input = add(&label, "input", "", "");
            set(&input, "type", "checkbox");
            if one.value == "1" {
                set(&input, "checked", "");
            }
            add(&label, "span", "", &one.label);
            keyed(&input, true);
        }
        ControlKind::Select(options) => {
            let label = labelled("");
            add(&label, "span", "", &one.label);
            let select = add(&label, "select", "", "");
            for (value, text) in options {
                let option = add(&select, "option", "", text);
                set(&option, "value", value);
                if *value == one.value {
                    set(&option, "selected", "");
                }
            }
            keyed(&select, true);
        }
        ControlKind::Line => {
            let label = labelled("line");
            add(&label, "span", "", &one.label);
            let input = add(&label, "input", "", "");
            for (name, value) in
                [("type", "text"), ("autocomplete", "off"), ("spellcheck", "false"), ("value", &one.value)]
            {
                set(&input, name, value);
            }
            keyed(&input, false);
        }
        ControlKind::Area => {
            let label = labelled("area");
            add(&label, "span", "", &one.label);
            let area = add(&label, "textarea", "", &one.value);
            set(&area, "rows", "4");
            set(&area, "spellcheck", "false");
            keyed(&area, false);
        }
        ControlKind::Button => {
            let button = add(parent, "button", "action", &one.label);
            set(&button, "type", "button");
            set(&button, "data-do", &["press ", &*one.key].concat());
        }
        ControlKind::Hours(days) => week::sliders(parent, one, days),
        ControlKind::File => {
            let label = labelled("drop");
            add(&label, "span", "", &one.label);
            let input = add(&label, "input", "", "");
            set(&input, "type", "file");
            set(&input, "multiple", "");
            set(&input, "data-files", "");
        }
    }
}
