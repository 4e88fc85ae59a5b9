//! The row of views, and the chart's handle by keyboard and by pointer.

use browser_tests::{in_every_browser, keys};

use crate::{assert_stands, fresh, tabs, verdict};

in_every_browser!(views_by_keyboard, |page| {
    fresh(page);
    let (tabs, labels) = (tabs(page), page.views());
    assert!(tabs.len() >= 4);
    page.focus(&format!("#{}", tabs[0]));
    for (tab, label) in tabs.iter().zip(&labels).skip(1).chain([(&tabs[0], &labels[0])]) {
        page.press(keys::RIGHT);
        page.wait_until(tab, &format!("return document.activeElement.id === '{tab}'"));
        assert_eq!(page.attribute(&format!("#{tab}"), "aria-selected").as_deref(), Some("true"));
        assert_eq!(page.count("[role=tab][aria-selected=true]"), 1);
        assert_eq!(page.count("[role=tab][tabindex='0']"), 1, "one stop for the tab key");
        page.wait_for_view(label);
        assert!(
            page.count("#view table tbody tr, #view svg, #view .copy") >= 3,
            "{label} has rows, pictures or texts"
        );
    }
    let last = &tabs[tabs.len() - 1];
    page.press(keys::LEFT);
    page.wait_until("the last one", &format!("return document.activeElement.id === '{last}'"));
    page.open_view("GPU prices");
    let before = verdict(page);
    page.click("#view tbody tr:last-child button.plain");
    page.wait_until("a price is taken", "return location.href.includes('offer=')");
    assert_ne!(verdict(page), before);
    page.open_view(&labels[0]);
    page.click("#view tbody tr:first-child button.plain");
    page.wait_until("a volume is taken", "return location.href.includes('t=')");
    assert_stands(page);
});

in_every_browser!(the_handle_by_keyboard, |page| {
    fresh(page);
    let volume =
        || page.attribute(".plot", "aria-valuenow").and_then(|v| v.parse::<f64>().ok()).expect("a number");
    let (start, sentence) = (volume(), verdict(page));
    page.focus(".plot");
    for _ in 0..3 {
        page.press(keys::RIGHT);
    }
    page.wait_until("moved", &format!("return Number(document.querySelector('.plot').ariaValueNow ?? document.querySelector('.plot').getAttribute('aria-valuenow')) > {}", start + 0.1));
    assert_ne!(verdict(page), sentence);
    let said = page.attribute(".plot", "aria-valuetext").unwrap_or_default();
    assert!(said.contains("tokens a month: API $"), "{said}");
    for _ in 0..6 {
        page.press(keys::LEFT);
    }
    page.wait_until(
        "moved back",
        &format!("return Number(document.querySelector('.plot').getAttribute('aria-valuenow')) < {start}"),
    );
    page.wait_for_fragment("t=");
    assert_stands(page);
});

// The curves are read where the mouse points, and nothing changes by it.
in_every_browser!(the_chart_tells_what_the_mouse_points_at, |page| {
    fresh(page);
    let (before, caption) = (verdict(page), page.text(".by"));
    page.eval(
        "const plot = document.querySelector('.plot'), { left, width, top } = plot.getBoundingClientRect();
         const at = (type) => new PointerEvent(type, { pointerType: 'mouse', clientX: left + width * 0.8, clientY: top + 99 });
         window.point = (type) => plot.dispatchEvent(at(type)); point('pointermove')",
    );
    let said = page.text(".by");
    assert!(
        said.contains("B: API $") && said.contains(", self-hosted $") && said.contains(", mix $"),
        "{said}"
    );
    assert_eq!(page.count(".plot path.at[d^=M]"), 1);
    assert_eq!(verdict(page), before);
    page.eval("point('pointerleave')");
    assert_eq!((page.text(".by"), page.count(".plot path.at[d^=M]")), (caption, 0));
    assert_stands(page);
});

in_every_browser!(the_handle_by_pointer, |page| {
    fresh(page);
    let before = verdict(page);
    page.drag(".plot", 150);
    page.wait_for_fragment("t=");
    assert_ne!(verdict(page), before);
    let right: f64 = page.attribute(".plot", "aria-valuenow").and_then(|v| v.parse().ok()).expect("a number");
    page.drag(".plot", -200);
    page.wait_until(
        "left of it",
        &format!("return Number(document.querySelector('.plot').getAttribute('aria-valuenow')) < {right}"),
    );
    assert_stands(page);
});
