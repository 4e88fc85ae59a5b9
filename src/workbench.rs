//! The program of the worker: makes views on request and keeps the user's own rows.
//!
//! A request is a text: the view's name, the scenario's link, the day, the width, then the answers of its controls, a
//! line each. The answer is a view as text.

use crate::catalogue::Catalogue;
use crate::scenario::link;
use crate::units::Date;
use crate::words::view::Answers;
use crate::words::views::Maker;
use wasm_bindgen::prelude::*;

/// What a worker holds between requests.
#[wasm_bindgen]
pub struct Workbench {
    maker: Maker,
}

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
        Self { maker: Maker::default() }
    }

    /// The view that a request asks for.
    pub fn view(&mut self, request: &str) -> String {
        let request = Request::read(request);
        let link::Decoded { scenario, others, .. } = link::decode(request.link, Catalogue::builtin());
        self.maker.compare_with(others);
        self.maker.show(request.view, &scenario, &request.answers, request.today, request.width).encode()
    }

    /// Takes a file, on the day of a request.
    pub fn take(&mut self, name: &str, bytes: &[u8], request: &str) {
        self.maker.take(name, bytes, Request::read(request).today);
    }
}
