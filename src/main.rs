//! placeholder
fn main() {
    leptos::mount::mount_to_body(|| {
        use leptos::prelude::*;
        view! { <main><h1>"hello"</h1></main> }
    });
}
