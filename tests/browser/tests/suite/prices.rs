//! The price lists and the hardware ranking: what narrows and sorts them, and what a click takes into the scenario.

use browser_tests::{Page, in_every_browser};

use crate::{answer, assert_stands, click_in_view, fresh, press, rows, string, verdict};

/// The largest amount of dollars in a text.
pub fn dollars(text: &str) -> f64 {
    let amounts = text.split('$').skip(1).filter_map(|from| {
        let digits: String = from.chars().take_while(|c| c.is_ascii_digit() || ".,".contains(*c)).collect();
        digits.trim_end_matches(['.', ',']).replace(',', "").parse().ok()
    });
    amounts.reduce(f64::max).unwrap_or_else(|| panic!("no dollars in {text:?}"))
}

/// Waits until the table of the open view is another one.
#[track_caller]
fn wait_for_other_rows(page: &Page, old: &[Vec<String>]) -> Vec<Vec<String>> {
    let old = serde_json::json!(old);
    page.wait_until(
        "other rows",
        &format!(
            "return JSON.stringify([...document.querySelectorAll('#view tbody tr')].map((row) => [...row.cells].map((c) => c.textContent))) !== {}",
            serde_json::json!(old.to_string())
        ),
    );
    rows(page)
}

in_every_browser!(the_matrix_of_gpu_prices, |page| {
    fresh(page);
    page.open_view("GPU prices");
    let demand = rows(page);
    let heads = page.count("#view thead th");
    assert!(demand.len() >= 5 && heads >= 5, "{} GPUs, {heads} columns", demand.len());
    let months = "return [...document.querySelectorAll('#view tbody td small')].filter((e) => /20\\d\\d.\\d\\d/.test(e.textContent)).length";
    assert!(page.eval(months).as_u64() > Some(0), "old prices name their month");
    answer(page, "unit", "instance");
    let whole = wait_for_other_rows(page, &demand);
    let dearest = |rows: &[Vec<String>]| rows.iter().map(|row| dollars(&row.join(" "))).fold(0.0, f64::max);
    assert!(dearest(&whole) > 2.0 * dearest(&demand), "instances cost more than GPUs: {whole:?}");
    assert!(whole.iter().flatten().any(|cell| cell.contains(" 8 GPUs")), "and say what they have: {whole:?}");
    assert!(!whole.iter().flatten().any(|cell| cell.contains(" 1 GPUs")), "in English: {whole:?}");
    answer(page, "commitment", "spot");
    let spot = wait_for_other_rows(page, &whole);
    assert!(spot.len() < whole.len(), "fewer are sold so: {spot:?}");
    let region =
        string(&page.eval("return document.querySelector('#view [data-key=region]').options[1].value"));
    answer(page, "commitment", "on-demand");
    let everywhere = wait_for_other_rows(page, &spot);
    assert_eq!(everywhere, whole);
    answer(page, "region", &region);
    let there = wait_for_other_rows(page, &everywhere);
    assert!(there.len() < everywhere.len(), "{region}: {} of {}", there.len(), everywhere.len());
    assert_eq!(page.value("#view [data-key=unit]"), "instance", "other answers stay");
    page.fill("#view [data-key=search]", "h200");
    page.wait_until(
        "only that GPU",
        "const rows = [...document.querySelectorAll('#view tbody tr')]; return rows.length === 0 || rows.every((row) => /H200/.test(row.cells[0].textContent))",
    );
    page.fill("#view [data-key=search]", "");
    answer(page, "region", "");
    let back = wait_for_other_rows(page, &there);
    assert_eq!(back, everywhere);
    let before = verdict(page);
    click_in_view(
        page,
        "[...view.querySelectorAll('tbody tr')].find((row) => row.cells[0].textContent.startsWith('H200'))?.querySelector('button.plain')",
    );
    page.wait_for_fragment("gpu=h200");
    page.wait_for_fragment("offer=");
    assert_ne!(verdict(page), before);
    assert!(verdict(page).contains("H200"), "{}", verdict(page));
    let answer = verdict(page);
    page.reload();
    assert_eq!(verdict(page), answer, "the link has the offer");
    assert_stands(page);
});

/// Keeps what the page offers to save, instead of saving it.
pub const CATCH_FILES: &str = "
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => { blob.text().then((text) => { window.__saved = text; }); return make.call(URL, blob); };
    HTMLAnchorElement.prototype.click = function () { window.__name = this.download; };";

in_every_browser!(the_list_of_gpu_prices, |page| {
    fresh(page);
    page.open_view("GPU prices");
    let matrix = rows(page);
    answer(page, "form", "list");
    page.wait_until("the list", "return !!document.querySelector('#view [data-key=current]')");
    let own = rows(page);
    assert!(own.iter().all(|row| row[0].contains("H100")), "at first the scenario's GPU: {own:?}");
    assert_ne!(own, matrix);
    page.click("#view [data-key=current]");
    let first = wait_for_other_rows(page, &own);
    assert_eq!(first.len(), 60, "a long list is drawn in part");
    press(page, "Show all");
    let all = wait_for_other_rows(page, &first);
    assert!(all.len() > 100 && !page.text("#view").contains("Show all"), "{} rows", all.len());
    let prices = |rows: &[Vec<String>]| rows.iter().map(|row| dollars(&row[3])).collect::<Vec<_>>();
    assert!(prices(&all).is_sorted(), "by price");
    press(page, "per GPU-hour");
    let down = wait_for_other_rows(page, &all);
    assert!(prices(&down).is_sorted_by(|a, b| a >= b), "a second click turns it round");
    assert_eq!(page.attribute("#view th[aria-sort]", "aria-sort").as_deref(), Some("descending"));
    press(page, "Provider");
    let by_name = wait_for_other_rows(page, &down);
    assert!(by_name[0][1] <= by_name[by_name.len() - 1][1] && by_name.len() == all.len());

    page.fill("#view [data-key=search]", "h200 lambda");
    page.wait_until(
        "only what is searched for",
        "return [...document.querySelectorAll('#view tbody tr')].every((row) => /h200/i.test(row.textContent) && /lambda/i.test(row.textContent))",
    );
    assert_eq!(page.value("#view [data-key=search]"), "h200 lambda", "what is typed stays");
    assert_eq!(page.eval("return document.activeElement.dataset.key"), "search", "typing goes on there");
    page.fill("#view [data-key=search]", "h200");
    page.wait_until("more of them", "return document.querySelectorAll('#view tbody tr').length > 3");
    let found = rows(page);
    assert!(found.iter().all(|row| row[0].contains("H200")), "{found:?}");
    page.eval(CATCH_FILES);
    press(page, "Save as CSV");
    page.wait_until("a file", "return !!window.__saved");
    let (name, csv) =
        (string(&page.eval("return window.__name")), string(&page.eval("return window.__saved")));
    assert!(name.ends_with(".csv") && csv.starts_with("GPU,Provider"), "{name}: {csv:.80}");
    assert_eq!(csv.trim_end().lines().count(), found.len() + 1, "the rows that were searched for");
    page.fill("#view [data-key=search]", "no such thing");
    page.wait_for_text("#view", "Nothing to show here");
    assert_stands(page);
});

in_every_browser!(api_prices_are_searched_filtered_and_taken, |page| {
    fresh(page);
    page.open_view("API prices");
    let own = rows(page);
    assert!(
        own.len() >= 5 && own.iter().all(|row| row[1].to_lowercase().contains("llama")),
        "the model's hosts: {own:?}"
    );
    page.click("#view [data-key=current]");
    let all = wait_for_other_rows(page, &own);
    page.fill("#view [data-key=search]", "gpt-5");
    page.wait_until(
        "only those",
        "const rows = [...document.querySelectorAll('#view tbody tr')]; return rows.length > 0 && rows.every((row) => /gpt-?\\s?5/i.test(row.textContent))",
    );
    let closed = rows(page);
    page.fill("#view [data-key=search]", "openai o3");
    page.wait_for_text("#view tbody", "llm-prices: $10.00");
    page.fill("#view [data-key=search]", "gpt-5");
    page.wait_until(
        "those again",
        &format!("return document.querySelectorAll('#view tbody tr').length === {}", closed.len()),
    );
    page.click("#view [data-key=open]");
    let open = wait_for_other_rows(page, &closed);
    assert!(open.len() < closed.len(), "closed models go: {open:?}");
    page.fill("#view [data-key=search]", "anthropic");
    page.wait_for_text("#view", "Nothing to show here");
    page.click("#view [data-key=open]");
    page.wait_until(
        "Anthropic's",
        "const rows = [...document.querySelectorAll('#view tbody tr')]; return rows.length > 0 && rows.every((row) => /anthropic|claude/i.test(row.textContent))",
    );
    assert_eq!(all.len(), 60);
    let before = verdict(page);
    click_in_view(page, "view.querySelector('tbody button.plain')");
    page.wait_for_fragment("api=");
    assert_ne!(verdict(page), before);
    assert_ne!(page.value("#apiPrice"), "", "the list of hosts shows it");
    assert_eq!(page.value("#view [data-key=search]"), "anthropic", "the search stays");
    page.wait_until(
        "the row is marked",
        "return document.querySelectorAll('#view tbody tr.strong').length === 1",
    );
    let answer = verdict(page);
    page.reload();
    assert_eq!(verdict(page), answer);
    assert_stands(page);
});

/// The plan in the row at this place of the ranking goes into the scenario; gives back its month.
#[track_caller]
fn take_plan(page: &Page, at: usize) -> String {
    let month = rows(page)[at][1].clone();
    click_in_view(page, &format!("view.querySelectorAll('tbody tr')[{at}].querySelector('button.plain')"));
    month.split(' ').next().unwrap_or_default().to_owned()
}

in_every_browser!(a_plan_of_the_ranking_is_taken_and_undone, |page| {
    fresh(page);
    let (start, inputs) = (verdict(page), page.inputs());
    page.open_view("Hardware ranking");
    let ranked = rows(page);
    assert!(ranked.len() >= 8, "{ranked:?}");
    let months: Vec<f64> = page
        .eval("return [...document.querySelector('#view tbody').rows].map((row) => row.cells[1].textContent)")
        .as_array()
        .into_iter()
        .flatten()
        .map(|cell| dollars(cell.as_str().unwrap_or_default()))
        .collect();
    assert!(months.is_sorted(), "the cheapest first: {months:?}");
    let month = take_plan(page, 0);
    page.wait_for_fragment("gpu=");
    page.wait_for_fragment("offer=");
    let taken = verdict(page);
    assert_ne!(taken, start);
    page.wait_until(
        "the plan is marked",
        "return document.querySelectorAll('#view tbody tr.strong').length === 1",
    );
    assert_eq!(
        page.text("#view tbody tr.strong td:nth-child(2) button"),
        month,
        "it is the plan that was clicked"
    );
    let gpu = ranked[0][0].split(',').next().unwrap_or_default();
    assert!(taken.contains(gpu), "{gpu}: {taken}");
    let is = |answer: &str, what: &str| {
        let json = serde_json::json!(answer);
        page.wait_until(what, &format!("return document.querySelector('.verdict').textContent === {json}"));
    };
    page.back();
    is(&start, "back");
    assert_eq!(page.inputs(), inputs);
    page.wait_for_view("Hardware ranking");
    page.forward();
    is(&taken, "forward");
    take_plan(page, 3);
    page.wait_until(
        "another plan",
        &format!("return document.querySelector('.verdict').textContent !== {}", serde_json::json!(taken)),
    );
    let other = verdict(page);
    page.click("nav .page-only");
    is(&taken, "undo");
    page.forward();
    is(&other, "undone undo");
    page.reload();
    assert_eq!(verdict(page), other);
    assert!(page.views().len() > 3);
    assert_stands(page);
});
