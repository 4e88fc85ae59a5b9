//! What a site can ask of an embedded calculator, and what nobody can do to one.

use std::fs;

use browser_tests::{Browser, Page, Site, in_every_browser};
use serde_json::json;

use crate::hosts::{frame_of, wait_for_calculator, wait_for_height};
use crate::{assert_stands, shown, string, verdict, wait_for_shown};

/// A site of one page with this body, which may frame and run what is from these addresses.
pub fn host(page: &Page, name: &str, body: &str, others: &[&str]) -> Site {
    let folder = browser_tests::root().join(format!("target/browser-tests/{name}-{:?}", page.browser()));
    fs::create_dir_all(&folder).expect("a folder");
    let html = format!("<!doctype html><html lang=en><meta charset=utf-8><title>host</title><body>{body}");
    fs::write(folder.join("index.html"), html).expect("the host's page");
    let others = others.join(" ");
    let policy = format!(
        "default-src 'none'; script-src 'self' {others} 'unsafe-inline'; frame-src 'self' {others}; img-src 'self'"
    );
    Site::of_folder("/", &folder, &policy)
}

in_every_browser!(options_of_the_query, |page| {
    let site = Site::of_dist("/calculator/");
    let open = |query: &str| {
        page.goto(&format!("{}?embed{query}#1;t=7B;gpu=h200-sxm", site.url()));
        // Firefox may still be at the page before
        let there = format!(
            "return location.search.length === {} && document.documentElement.dataset.started === ''",
            query.len() + 6
        );
        page.wait_until("the new page has started", &there);
    };
    let disabled = |id: &str| page.eval(&format!("return document.querySelector('#{id}').disabled")) == true;
    let links = || {
        string(&page.eval(
            "return [...document.querySelectorAll('.verdict button')].map((e) => e.dataset.act).join(' ')",
        ))
    };

    open("");
    for id in ["volume", "inputShare", "requestTokens", "model", "apiPrice", "gpu"] {
        assert!(shown(page, &format!("#{id}")) && !disabled(id), "{id}");
    }
    assert!(!shown(page, "#engineers") && !shown(page, ".tabs"));
    assert_eq!(links(), "focus volume focus model focus apiPrice");
    page.click(".verdict [data-act='focus model']");
    page.wait_until("a word leads to its input", "return document.activeElement.id === 'model'");

    open("&lock=gpu,model,t");
    let locked = ["gpu", "model", "volume", "apiPrice"].map(disabled);
    assert_eq!(
        locked,
        [true, true, true, false],
        "{}",
        page.eval("return [location.href, document.documentElement.outerHTML.slice(0, 200)]")
    );
    assert_eq!(links(), "focus apiPrice");
    let before = verdict(page);
    page.set("#gpu", "t4"); // as a script could, against the page
    page.set("#volume", "9B");
    page.drag(".plot", 120);
    assert_eq!(verdict(page), before, "what is fixed stays");
    assert_eq!(page.attribute(".plot", "aria-disabled").as_deref(), Some("true"));

    open("&readonly");
    assert!(["volume", "inputShare", "model", "gpu"].iter().all(|id| disabled(id)));
    assert_eq!(links(), "");

    open("&hide=chart,model,details");
    assert!(!shown(page, ".cost") && !shown(page, "#model") && !shown(page, ".small-print"));
    assert!(shown(page, "#gpu"));
    assert_eq!(links(), "focus volume focus apiPrice");
    open("&hide=inputs");
    assert!(!shown(page, ".levers") && shown(page, ".cost"));

    open("&card&theme=dark");
    assert!(shown(page, ".verdict") && shown(page, ".embed-only"));
    assert!(!shown(page, ".cost") && !shown(page, ".levers") && !shown(page, "[data-act=copy]"));
    assert_eq!(page.eval("return document.documentElement.dataset.theme"), "dark");

    for nonsense in [
        "&lock=,,bananas,__proto__,%00&hide=%FF%FE,body,.cost,[data-field]&theme=purple",
        "&card=no&readonly=0&lock&hide&theme",
        "&host=nonsense&theme=%3Cscript%3E&lock=gpu%2Cgpu%2Cgpu",
        &format!("&lock={}&hide={}", "gpu,".repeat(2000), "x".repeat(4000)),
    ] {
        open(nonsense);
        assert_stands(page);
        assert!(verdict(page).contains("7B tokens a month"), "{nonsense:.60}");
    }
    // outside a frame they mean nothing
    page.open(&format!("{}?readonly&card&lock=gpu#1;t=7B", site.url()));
    assert!(!disabled("gpu") && shown(page, ".cost"));
});

in_every_browser!(without_script_or_frame_the_fallback_stays, |page| {
    let calculator = Site::of_dist("/");
    let body = format!(
        "<script src={}embed.js></script><llm-breakeven id=live scenario='1;t=7B'><table><tr><td>$8,640</table></llm-breakeven>",
        calculator.url()
    );
    let seen = "return document.querySelector('td').getClientRects().length > 0";
    page.forgive();
    let folder = browser_tests::root().join(format!("target/browser-tests/no-script-{:?}", page.browser()));
    host(page, "no-script", &body, &[]);
    let blocked = Site::of_folder("/", &folder, "default-src 'none'");
    page.goto(blocked.url());
    assert_eq!(page.eval(seen), true);
    assert_eq!(page.eval("return document.querySelector('#live').shadowRoot"), json!(null));

    // the script, but no frame
    let no_frame =
        Site::of_folder("/", &folder, &format!("default-src 'none'; script-src {}", calculator.address()));
    page.goto(no_frame.url());
    page.wait_until("the element is defined", "return !!document.querySelector('#live').shadowRoot");
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(page.eval(seen), true, "the calculator never said that it is ready");
});

in_every_browser!(several_on_one_page_each_with_its_own, |page| {
    let calculator = Site::of_dist("/a/deep/path/");
    let body = format!(
        "<script src={}embed.js></script><llm-breakeven id=one scenario='1;t=7B'></llm-breakeven>
         <llm-breakeven id=two scenario='1;t=9B' theme=dark readonly></llm-breakeven>",
        calculator.url()
    );
    let host = host(page, "several", &body, &[calculator.address()]);
    page.goto(host.url());
    for (id, volume, theme) in [("one", "7B", "light"), ("two", "9B", "dark")] {
        wait_for_calculator(page, id);
        wait_for_height(page, id);
        page.enter_frame_of(&frame_of(id));
        page.wait_for_text(".verdict", &format!("{volume} tokens a month"));
        assert_eq!(page.eval("return document.documentElement.dataset.theme"), theme);
        assert_eq!(page.count("[data-act=copy]"), 1);
        let full = string(&page.eval("return document.querySelector('.embed-only').href"));
        assert!(full.starts_with(calculator.url()) && full.contains(&format!("#1;t={volume}")), "{full}");
        page.assert_quiet();
        page.leave_frame();
    }
    // the host sets another scenario: its own history stays
    let history = page.eval("return history.length");
    page.eval("window.heard = 0; document.addEventListener('change', () => heard++);
               for (const t of [1, 2, 3]) document.querySelector('#one').setAttribute('scenario', `1;t=${t}B;gpu=h200-sxm`)");
    page.enter_frame_of(&frame_of("one"));
    page.wait_for_text(".verdict", "3B tokens a month");
    page.leave_frame();
    page.enter_frame_of(&frame_of("two"));
    assert!(verdict(page).contains("9B tokens a month"));
    page.leave_frame();
    assert_eq!(page.eval("return history.length"), history);
    assert_eq!(page.eval("return heard"), 0, "what the host set is no change of the reader's");
    page.eval("document.querySelector('#two').setAttribute('theme', 'light')");
    page.enter_frame_of(&frame_of("two"));
    page.wait_until("another theme", "return document.documentElement.dataset.theme === 'light'");
    page.leave_frame();
});

// Without an origin there is neither storage nor, for WebKit, a 'self' that the page's policy could allow.
in_every_browser!(in_the_strictest_sandbox, |page| {
    let calculator = Site::of_dist("/calculator/");
    let body = format!(
        "<script src={}embed.js defer></script><llm-breakeven id=live scenario='1;t=7B' sandbox=allow-scripts><table><tr><td>$8,640</table></llm-breakeven>",
        calculator.url()
    );
    let host = host(page, "strictest", &body, &[calculator.address()]);
    page.goto(host.url());
    if page.browser() == Browser::WebKit {
        page.forgive();
        std::thread::sleep(std::time::Duration::from_secs(2));
        assert_eq!(page.eval("return document.querySelector('td').getClientRects().length > 0"), true);
        return;
    }
    wait_for_calculator(page, "live");
    wait_for_height(page, "live");
    page.eval("window.heard = []; document.querySelector('#live').addEventListener('change', (e) => heard.push(e.detail.scenario))");
    page.enter_frame_of(&frame_of("live"));
    assert_eq!(page.eval("return origin"), "null");
    assert_eq!(
        page.eval("try { return localStorage.length } catch (error) { return error.name }"),
        "SecurityError"
    );
    page.fill("#volume", "300B");
    page.wait_for_text(".verdict", "300B tokens a month");
    assert_stands(page);
    page.assert_quiet();
    page.leave_frame();
    page.wait_until("the change is told", "return heard.length === 1 && heard[0].includes(';t=300B;')");
    page.eval("document.querySelector('#live').setAttribute('scenario', '1;t=5B')");
    page.enter_frame_of(&frame_of("live"));
    page.wait_for_text(".verdict", "5B tokens a month");
    page.leave_frame();
});

/// Sends thousands of messages to its parent and to every frame that it can reach.
const STRANGER: &str = "
    const right = [
        { ns: 'llmbe', v: 1, type: 'ready' }, { ns: 'llmbe', v: 1, type: 'height', height: 3000 },
        { ns: 'llmbe', v: 1, type: 'change', scenario: '1;t=1k' }, { ns: 'llmbe', v: 1, type: 'theme', theme: 'dark' },
        { ns: 'llmbe', v: 1, type: 'set', scenario: '1;t=1k' },
    ];
    const wrong = [null, 1, 'llmbe', [], {}, { ns: 'llmbe' }, { ns: 'llmbe', v: 1, type: 'eval', code: 'x' }, 'x'.repeat(9000), new Map(), new Error('x')];
    onload = () => {
        let sent = 0;
        const targets = [parent, ...[...Array(parent.frames.length).keys()].map((at) => parent.frames[at])];
        for (let i = 0; sent < 4000; i++) {
            for (const target of targets) target.postMessage(i % 3 ? right[i % right.length] : wrong[i % wrong.length], '*'), sent++;
        }
        document.title = 'sent ' + sent;
    };";

in_every_browser!(strangers_and_nonsense_change_nothing, |page| {
    let calculator = Site::of_dist("/calculator/");
    let stranger = host(page, "stranger", &format!("<script>{STRANGER}</script>"), &[]);
    let frames = format!(
        "<script src={0}embed.js></script><llm-breakeven id=one scenario='1;t=7B'></llm-breakeven>
         <iframe id=plain width=700 height=500></iframe><iframe id=stranger width=10 height=10></iframe>",
        calculator.url()
    );
    let host = host(page, "hostile", &frames, &[calculator.address(), stranger.address()]);
    page.goto(host.url());
    page.eval_with(
        "window.heard = []; document.addEventListener('change', (e) => e.detail && heard.push(e.detail.scenario));
         document.querySelector('#plain').src = arguments[0] + '?embed&theme=light&host=' + origin + '#1;t=8B'",
        vec![json!(calculator.url())],
    );
    wait_for_calculator(page, "one");
    wait_for_height(page, "one");
    page.enter_frame("#plain");
    page.wait_until_started();
    page.leave_frame();

    let state = |page: &Page| {
        let outside = page.eval("return [location.href, history.length, heard, document.querySelector('#one').shadowRoot.querySelector('iframe').style.height]");
        let inside = "return [location.href, document.documentElement.dataset.theme, document.querySelector('.verdict').textContent]";
        page.enter_frame_of(&frame_of("one"));
        let one = page.eval(inside);
        page.leave_frame();
        page.enter_frame("#plain");
        let plain = page.eval(inside);
        assert_stands_in_frame(page);
        page.leave_frame();
        json!([outside, one, plain])
    };
    let before = state(page);
    page.eval_with("const frame = document.querySelector('#stranger'); frame.onload = () => { window.strangerThere = true; }; frame.src = arguments[0]", vec![json!(stranger.url())]);
    page.wait_until("the stranger is there", "return window.strangerThere");
    page.enter_frame("#stranger");
    page.wait_until("4,000 messages are sent", "return document.title.startsWith('sent')");
    page.leave_frame();
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(state(page), before, "a stranger in the same page");

    // the host itself, to its frame: malformed; and to itself, as if it were the frame
    page.eval(
        "const to = document.querySelector('#plain').contentWindow;
         const odd = [null, 0, 'x', [], {}, NaN, { toString: 1 }, ['dark'], 'purple', 'x'.repeat(5000), new Date()];
         for (let i = 0; i < 3000; i++) {
             const value = odd[i % odd.length], type = ['theme', 'set', 'height', 'ready', 'change', '', null][i % 7];
             const message = { ns: i % 5 ? 'llmbe' : value, v: i % 4 ? 1 : value, type, theme: value, scenario: i % 2 ? 5 : 'x'.repeat(4001), height: 3000 };
             to.postMessage(i % 9 ? message : value, '*');
             postMessage({ ns: 'llmbe', v: 1, type: 'change', scenario: '1;t=1k' }, '*');
         }",
    );
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(state(page), before, "nonsense of the host");

    // after all that, what is right is heard
    std::thread::sleep(std::time::Duration::from_millis(1100));
    page.eval("document.querySelector('#plain').contentWindow.postMessage({ ns: 'llmbe', v: 1, type: 'theme', theme: 'dark' }, '*')");
    page.enter_frame("#plain");
    page.wait_until("the theme", "return document.documentElement.dataset.theme === 'dark'");
    page.assert_quiet();
    page.leave_frame();
});

fn assert_stands_in_frame(page: &Page) {
    wait_for_shown(page, ".verdict", true);
    assert_stands(page);
}
