//! Drawn views: a name for each picture, every value in a table that the keyboard reaches, and the picture as a file.

use browser_tests::{Page, in_every_browser, keys};

use crate::prices::CATCH_FILES;
use crate::{assert_stands, fresh, press, string};

/// What is wrong with the saved file as a browser reads it: nothing when it draws, and shows text on a ground.
const READ: &str = "
    const file = new DOMParser().parseFromString(window.__saved, 'image/svg+xml');
    if (file.querySelector('parsererror')) return 'it is not well-formed';
    if (file.querySelector('script, style, image, foreignObject, [class], [style]')) return 'it needs more than itself';
    const root = document.importNode(file.documentElement, true);
    document.body.append(root);
    const { width, height } = root.getBBox(), size = root.viewBox.baseVal;
    const out = [...root.querySelectorAll('text')].filter((text) => {
        const box = text.getBoundingClientRect(), all = root.getBoundingClientRect();
        return box.left < all.left - 1 || box.right > all.right + 1 || box.bottom > all.bottom + 1;
    });
    root.remove();
    if (!(width > 300 && height > 60)) return `it is ${width} by ${height}`;
    if (Math.abs(width - size.width) > 2) return `it draws ${width} of ${size.width}`;
    if (out.length) return `outside: ${out.map((text) => text.textContent)}`;
    if (!file.querySelector('a[href*=\"#1;\"]')) return 'it leads nowhere';
    return '';";

fn save(page: &Page, label: &str, name: &str) {
    page.eval("window.__saved = window.__name = null");
    press(page, label);
    page.wait_until(name, "return !!window.__saved && !!window.__name");
    let given = string(&page.eval("return window.__name"));
    assert!(given.starts_with("llm-breakeven-") && given.ends_with(".svg"), "{given}");
    assert_eq!(string(&page.eval(READ)), "", "{name}: {given}");
}

in_every_browser!(pictures_are_named_tabled_and_saved, |page| {
    fresh(page);
    page.eval(CATCH_FILES);
    for view in [
        "Week and load",
        "Months ahead",
        "How sure",
        "Input and output",
        "Memory and speed",
        "Hardware ranking",
    ] {
        page.open_view(view);
        page.wait_until(view, "return !!document.querySelector('#view .plot svg')");
        let names = string(&page.eval(
            "return [...document.querySelectorAll('#view .plot svg')].map((svg) =>
                svg.getAttribute('role') === 'img' && svg.getAttribute('aria-label').length > 30 ? '' : svg.outerHTML.slice(0, 200)).join('')",
        ));
        assert_eq!(names, "", "{view}: every picture has a name");
        // from a picture the tab key leads over its files to the table with its values
        page.focus("#view .plot ~ .action");
        page.press(keys::TAB);
        page.press(keys::TAB);
        page.wait_until(
            &format!("{view}: a table by keyboard"),
            "const at = document.activeElement; return at.matches('.scroll, .plain') && !!(at.closest('.scroll') ?? at).querySelector('td')",
        );
        save(page, "Picture (SVG)", view);
        save(page, "Dark picture (SVG)", view);
    }
    // the cost chart: its button leads to its files
    page.click("figcaption [data-act]");
    page.wait_until(
        "the files of the chart",
        "return document.querySelector('#view').textContent.includes('The chart as a picture')",
    );
    save(page, "Picture (SVG)", "cost");
    assert_stands(page);
    page.assert_quiet();
});

in_every_browser!(figures_of_tables_open_their_formula, |page| {
    fresh(page);
    for (view, heading) in [
        ("Breakeven", "First breakeven"),
        ("Months ahead", "API over all months"),
        ("How sure", "Saving that one draw in ten is below"),
    ] {
        page.open_view(view);
        page.wait_until(view, "return !!document.querySelector('#view td [data-act^=explain]')");
        let said = page.text("#view td [data-act^=explain]");
        page.focus("#view td [data-act^=explain]");
        page.press(keys::ENTER);
        page.wait_for_text("#view h2", heading);
        assert_eq!(page.count("#view h2"), 1, "that formula alone");
        let title = page.text("#view h2");
        assert!(title.contains(&said), "{title} is not of {said}");
    }
    assert_stands(page);
});
