//! The load that is drawn hour by hour, a usage file of any size, and figures that open their formulas.

use browser_tests::{in_every_browser, keys};
use serde_json::json;

use crate::{assert_stands, fresh, string};

/// Down on the slider of the first hour, across to that of the last in the argument, up.
const STROKE: &str = "
    const sliders = [...document.querySelectorAll('.hours input')].slice(arguments[0], arguments[1]);
    const at = (slider, share) => {
        const box = slider.getBoundingClientRect();
        return { clientX: box.left + box.width / 2, clientY: box.bottom - box.height * share, bubbles: true, cancelable: true, pointerId: 1, button: 0, buttons: 1 };
    };
    sliders[0].scrollIntoView({ block: 'center' });
    const send = (kind, slider) => document.elementFromPoint(at(slider, arguments[2]).clientX, at(slider, arguments[2]).clientY)
        .dispatchEvent(new PointerEvent(kind, at(slider, arguments[2])));
    send('pointerdown', sliders[0]);
    sliders.slice(1).forEach((slider) => send('pointermove', slider));
    send('pointerup', sliders[sliders.length - 1]);";

in_every_browser!(the_load_is_drawn_by_pointer_and_by_keyboard, |page| {
    fresh(page);
    page.open_view("Week and load");
    assert_eq!(page.count(".hours input[type=range]"), 24);
    assert_eq!(page.count(".hours input[tabindex='0']"), 1, "one stop for the tab key");
    page.eval_with(STROKE, vec![json!(0), json!(8), json!(0.02)]);
    page.wait_for_fragment("day=own");
    let weights = "return decodeURIComponent(location.hash).match(/wt=([0-9a-z]+)/)?.[1] ?? ''";
    page.wait_until(
        "eight quiet hours",
        &format!("return /^[01]{{8}}k{{16}}$/.test((() => {{ {weights} }})())"),
    );
    page.wait_for_text("#view", "times the month's mean");
    // by keyboard: walk to the second hour and raise it
    page.focus(".hours input");
    page.press(keys::RIGHT);
    page.wait_until("the second hour", "return document.activeElement.dataset.key === 'hour-1'");
    let before = string(&page.eval(weights));
    page.press("\u{e013}");
    page.wait_until("another weight", &format!("return (() => {{ {weights} }})() !== '{before}'"));
    let after = string(&page.eval(weights));
    assert_eq!((&after[..1], &after[2..]), (&before[..1], &before[2..]), "only that hour");
    page.wait_until("the hour keeps the keyboard", "return document.activeElement.dataset.key === 'hour-1'");
    assert_stands(page);
});

in_every_browser!(a_figure_opens_its_formula, |page| {
    fresh(page);
    page.click(".verdict .figure.api");
    page.wait_for_view("Formulas");
    page.wait_until("one figure", "return document.querySelectorAll('#view h2').length === 1");
    assert!(page.text("#view h2").contains("API bill"), "{}", page.text("#view h2"));
    // an input that is a figure opens that one
    page.click("#view td button[data-act^='explain']");
    page.wait_for_text("#view h2", "Blended API price");
    assert_stands(page);
});

/// Makes a usage file of 100 MB and hands it over; gives back the milliseconds until the view says what it was.
const HAND_OVER: &str = "
    const done = arguments[arguments.length - 1];
    const rows = [];
    for (let row = 0; row < 50000; row++) {
        const time = new Date(Date.UTC(2026, 10, 2, 0, 0, row * 12)).toISOString();
        rows.push(`${time},llama-3.3-70b,user-${row},${row % 4000},${row % 900}\\n`);
    }
    const piece = rows.join(''), parts = ['timestamp,model,user,prompt_tokens,completion_tokens\\n'];
    let size = 0;
    for (; size < 100e6; size += piece.length) parts.push(piece);
    const files = new DataTransfer();
    files.items.add(new File(parts, 'usage.csv'));
    const input = document.querySelector('#view [data-files]');
    input.files = files.files;
    const began = performance.now();
    input.dispatchEvent(new Event('change', { bubbles: true }));
    const shares = new Set();
    const look = () => {
        const told = document.querySelector('#view [role=status]')?.textContent ?? '';
        if (told.includes('%')) shares.add(told);
        if (document.querySelector('#view').textContent.includes('Use this workload')) done({ size, took: performance.now() - began, shares: shares.size });
        else setTimeout(look, 5);
    };
    look();";

in_every_browser!(a_usage_file_of_100_mb_becomes_the_workload, |page| {
    fresh(page);
    page.open_view("Your data");
    let read = page.eval_async(HAND_OVER);
    let (size, took) =
        (read["size"].as_f64().unwrap_or(0.0) / 1e6, read["took"].as_f64().unwrap_or(0.0) / 1e3);
    println!(
        "{:?}: {size:.0} MB in {took:.2} s: {:.0} MB/s, {} shares told",
        page.browser(),
        size / took,
        read["shares"]
    );
    assert!(read["shares"].as_u64().unwrap_or(0) > 2, "progress is told: {read}");
    page.eval("[...document.querySelectorAll('#view button')].find((one) => one.textContent === 'Use this workload').click()");
    page.wait_for_fragment("day=own");
    assert_stands(page);
});
