//! The program of the worker: makes views on request and keeps the user's own rows.
//!
//! A request is a text: the view's name, the scenario's link, the day, the width, then the answers of its controls, a
//! line each. The answer is a view as text.

use crate::catalogue::Catalogue;
use crate::scenario::link;
use crate::units::Date;
use crate::words::view::Answers;
use crate::words::views;
use wasm_bindgen::prelude::*;

/// What a worker holds between requests.
#[wasm_bindgen]
pub struct Workbench;

/// A request taken apart.
struct Request<'a> {
    view: &'a str,
    link: &'a str,
    today: Date,
    width: f64,
    answers: Answers,
}

impl<'a> Request<'a> {
    /// Missing parts have defaults: nothing is refused here.
    fn read(text: &'a str) -> Self {
        let mut parts = text.splitn(5, '\n');
        let mut part = || parts.next().unwrap_or_default();
        let (view, link) = (part(), part());
        let today = Date::parse(part()).unwrap_or(Catalogue::builtin().newest());
        let width = part().parse().unwrap_or(720.0);
        Self { view, link, today, width, answers: Answers::decode(part()) }
    }
}

#[wasm_bindgen]
impl Workbench {
    /// Starts with the packed catalogue.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(catalogue: String) -> Self {
        Catalogue::install(catalogue);
        Self
    }

    /// The view that a request asks for.
    pub fn view(&mut self, request: &str) -> String {
        let request = Request::read(request);
        let catalogue = Catalogue::builtin();
        let scenario = link::decode(request.link, catalogue).scenario;
        views::show(request.view, &scenario, catalogue, &request.answers, request.today, request.width)
            .encode()
    }

    /// Takes a file.
    pub fn take(&mut self, _name: &str, _bytes: &[u8], _request: &str) {}

    /// Notes a file that is too large to read.
    pub fn refuse(&mut self, _name: &str, _size: f64) {}

    /// The size of the largest file that is read.
    #[must_use]
    pub fn most_bytes(&self) -> f64 {
        64e6
    }
}
