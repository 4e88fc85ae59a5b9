//! Closures without their own type. Templates are compiled once for every type of closure in them; handed over through
//! these, all texts share one copy, all parts another. That is a tenth of the page's program.

use leptos::prelude::AnyView;
use leptos::tachys::reactive_graph::SharedReactiveFunction;
use std::sync::{Arc, Mutex};

/// A text that follows signals.
pub fn text(make: impl FnMut() -> String + Send + 'static) -> SharedReactiveFunction<String> {
    Arc::new(Mutex::new(make))
}

/// A part of the page that follows signals.
pub fn part(make: impl FnMut() -> AnyView + Send + 'static) -> SharedReactiveFunction<AnyView> {
    Arc::new(Mutex::new(make))
}

/// A yes or no that follows signals.
pub fn flag(make: impl FnMut() -> bool + Send + 'static) -> SharedReactiveFunction<bool> {
    Arc::new(Mutex::new(make))
}

/// An attribute that is there or not.
pub fn mark(
    make: impl FnMut() -> Option<&'static str> + Send + 'static,
) -> SharedReactiveFunction<Option<&'static str>> {
    Arc::new(Mutex::new(make))
}

/// What happens at an event.
pub fn act<E: 'static>(act: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(act)
}
