//! "Your data": pasted, typed and chosen files, what is wrong with them, and what they put into the scenario.

use browser_tests::{Page, in_every_browser, keys};
use serde_json::json;

use crate::{answer, assert_stands, click_in_view, fresh, press, rows, string, verdict};

/// A model that no catalogue has.
const CONFIG: &str = r#"{
  "architectures": ["LlamaForCausalLM"], "model_type": "llama", "_name_or_path": "acme/own-13b",
  "hidden_size": 5120, "intermediate_size": 13824, "num_hidden_layers": 40, "num_attention_heads": 40,
  "num_key_value_heads": 8, "vocab_size": 128256, "max_position_embeddings": 32768, "torch_dtype": "bfloat16",
  "tie_word_embeddings": false
}"#;

/// A good row, a second one of the same name, and one with a price below zero in line 4.
const PRICES: &str = r#"{
"groq/llama-3.3-70b-versatile": {"litellm_provider": "groq", "mode": "chat", "input_cost_per_token": 3.1e-7, "output_cost_per_token": 7.7e-7},
"groq/llama-3.3-70b-versatile": {"litellm_provider": "groq", "mode": "chat", "input_cost_per_token": 4e-7, "output_cost_per_token": 9e-7},
"acme/llama-3.3-70b": {"litellm_provider": "acme", "mode": "chat", "input_cost_per_token": -1e-7, "output_cost_per_token": 9e-7}
}"#;

/// Pastes a text and has it read.
#[track_caller]
fn paste(page: &Page, text: &str) {
    page.set("#view [data-key=paste]", text);
    press(page, "Read what is pasted");
    page.wait_until(
        "it is read",
        "return document.querySelector('#view').textContent.includes('Last import: ')",
    );
}

fn view_text(page: &Page) -> String {
    string(&page.eval("return document.querySelector('#view').innerText"))
}

/// Writes a search anew, each key to whatever has the keyboard, for the view is made anew after each.
#[track_caller]
fn write_search(page: &Page, text: &str) {
    page.click("#view [data-key=search]");
    page.eval("document.activeElement.select()");
    for key in [keys::BACKSPACE.to_owned()].into_iter().chain(text.chars().map(String::from)) {
        page.press(&key);
        std::thread::sleep(std::time::Duration::from_millis(100)); // a fast hand
    }
}

/// Hands a file over as a hand would choose it.
#[track_caller]
fn choose_file(page: &Page, name: &str, text: &str) {
    let script = "const files = new DataTransfer(); files.items.add(new File([arguments[1]], arguments[0]));
        const input = document.querySelector('#view [data-files]'); input.files = files.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));";
    page.eval_with(script, vec![json!(name), json!(text)]);
    page.wait_for_text("#view", &format!("Last import: {name}"));
}

in_every_browser!(an_own_model_is_pasted_and_used, |page| {
    fresh(page);
    page.open_view("Your data");
    let before = verdict(page);
    paste(page, CONFIG);
    let said = view_text(page);
    assert!(said.contains("40 layers") && said.contains("32,768 tokens"), "{said}");
    let take = "[...document.querySelectorAll('#view button')].find((e) => e.textContent.startsWith('Use '))";
    let name = string(&page.eval(&format!("return {take}.textContent")))["Use ".len()..].to_owned();
    press(page, "Use ");
    page.wait_for_text(".verdict", &name);
    page.wait_for_fragment("own=");
    let taken = verdict(page);
    assert_ne!(taken, before);
    assert_eq!(page.value("#view [data-key=paste]"), CONFIG, "what was pasted stays");
    page.reload();
    assert_eq!(verdict(page), taken, "the link has the model");
    assert!(page.fragment().contains("own="));
    page.click("nav .page-only");
    page.wait_until(
        "undone",
        &format!("return document.querySelector('.verdict').textContent === {}", json!(before)),
    );
    assert_stands(page);
});

in_every_browser!(the_size_of_the_weights_comes_and_goes_with_its_model, |page| {
    fresh(page);
    page.open_view("Your data");
    paste(page, CONFIG);
    let index =
        r#"{"metadata": {"total_size": 27900000000}, "weight_map": {"lm_head.weight": "a.safetensors"}}"#;
    choose_file(page, "model.safetensors.index.json", index);
    assert!(view_text(page).contains("The weights take 28 GB"), "{}", view_text(page));
    press(page, "Use ");
    page.wait_for_fragment("ws=27.9");
    assert_eq!(page.value("#weightSize"), "27.9 GB");
    // that of another model is told at the field, and the last answer stays
    page.eval("document.querySelector('#weightSize').closest('details').open = true");
    page.fill("#weightSize", "900");
    page.wait_for_text("body", "900” GB are not the weights of this model.");
    assert!(verdict(page).contains("own 13b"), "{}", verdict(page));
    page.fill("#weightSize", "27.9");
    page.wait_for_fragment("ws=27.9");
    page.eval("document.activeElement.blur()"); // what is being typed is not written over
    page.choose("#format", "int4");
    page.wait_for_fragment("w=int4");
    page.wait_until("it goes", "return document.querySelector('#weightSize').value === ''");
    page.wait_for_text("body", "The size of the weights was that of others and is gone.");
    assert!(!page.fragment().contains("ws="), "{}", page.fragment());
    assert_stands(page);
});

in_every_browser!(broken_json_is_told_and_nothing_is_lost, |page| {
    fresh(page);
    page.fill("#volume", "7B");
    page.open_view("Your data");
    page.fill("#view [data-key=ap-provider]", "Acme");
    let (answer, inputs) = (verdict(page), page.inputs());
    let broken = &CONFIG[..CONFIG.find("vocab_size").expect("a place to break off")];
    for (text, told) in [
        (broken, "breaks off in line 4"),
        ("{\"a\": 1}", "of no known kind"),
        ("<!doctype html><html>", "web page"),
        ("bananas", "no known kind"),
    ] {
        page.set("#view [data-key=paste]", text);
        press(page, "Read what is pasted");
        page.wait_for_text("#view .alert", told);
        assert_eq!(page.value("#view [data-key=paste]"), text, "what was pasted stays");
        assert_eq!(page.value("#view [data-key=ap-provider]"), "Acme", "what was typed elsewhere stays");
        assert_eq!((verdict(page), page.inputs()), (answer.clone(), inputs.clone()));
    }
    assert_stands(page);
});

in_every_browser!(a_price_list_with_mistakes_is_kept_where_it_is_good, |page| {
    fresh(page);
    page.open_view("Your data");
    paste(page, PRICES);
    let said = view_text(page);
    assert!(said.contains("LiteLLM's price list: 1 API price"), "{said}");
    let all = rows(page);
    let row = |part: &str| {
        all.iter()
            .find(|row| row.iter().any(|cell| cell.contains(part)))
            .unwrap_or_else(|| panic!("no {part}: {all:?}"))
    };
    let negative = row("below zero");
    assert_eq!(negative[0], "4", "the line: {negative:?}");
    assert!(negative[1].contains("acme/llama-3.3-70b") && negative[2].contains("input"), "{negative:?}");
    let twice = row("was there before");
    assert_eq!(twice[0], "3", "the line: {twice:?}");
    // its tables sort like all others
    press(page, "What is wrong");
    page.wait_until(
        "sorted",
        "return document.querySelector('#view th[aria-sort]').textContent === 'What is wrong'",
    );
    let before = verdict(page);
    click_in_view(
        page,
        "[...view.querySelectorAll('tbody button.plain')].find((e) => e.textContent === '$0.31')",
    );
    page.wait_for_fragment("pi=0.31");
    page.wait_for_fragment("po=0.77");
    assert_ne!(verdict(page), before);
    let taken = verdict(page);
    page.reload();
    assert_eq!(verdict(page), taken, "the link has the figures");
    assert!(page.value("#apiInput").contains("0.31"));
    assert_stands(page);
});

in_every_browser!(typed_prices, |page| {
    fresh(page);
    page.open_view("Your data");
    for (key, text) in
        [("provider", "Acme"), ("model", "llama-3.3-70b"), ("input", "bananas"), ("output", "0.90")]
    {
        page.fill(&format!("#view [data-key=ap-{key}]"), text);
    }
    press(page, "Add API price");
    page.wait_for_text("#view .alert", "“bananas” is no number");
    assert_eq!(page.value("#view [data-key=ap-output]"), "0.90", "the rest stays");
    page.fill("#view [data-key=ap-input]", "$0.45");
    press(page, "Add API price");
    page.wait_for_text("#view", "Own prices: 1 API price");
    click_in_view(
        page,
        "[...view.querySelectorAll('tbody button.plain')].find((e) => e.textContent === '$0.45')",
    );
    page.wait_for_fragment("pi=0.45");
    page.wait_for_fragment("po=0.9");
    // a GPU's price beside it
    page.fill("#view [data-key=gp-provider]", "Cellar");
    answer(page, "gp-gpu", "h200-sxm");
    page.fill("#view [data-key=gp-price]", "-2");
    press(page, "Add GPU price");
    page.wait_for_text("#view .alert", "below zero");
    page.fill("#view [data-key=gp-price]", "1.99");
    page.fill("#view [data-key=gp-count]", "8");
    press(page, "Add GPU price");
    page.wait_for_text("#view", "1 GPU offer");
    click_in_view(
        page,
        "[...view.querySelectorAll('tbody button.plain')].find((e) => e.textContent === '$1.99')",
    );
    page.wait_for_fragment("pg=1.99");
    page.wait_for_fragment("gpu=h200-sxm");
    assert!(verdict(page).contains("$1.99/h"), "{}", verdict(page));
    // they are in the price lists too, until they are forgotten
    page.open_view("API prices");
    page.wait_for_text("#view tbody", "Acme");
    page.open_view("Your data");
    press(page, "Forget all own prices");
    page.wait_until("forgotten", "return !document.querySelector('#view').textContent.includes('Cellar')");
    page.open_view("API prices");
    assert!(!view_text(page).contains("Acme"));
    assert!(page.fragment().contains("pi=0.45"), "the scenario keeps what it took");
    assert_stands(page);
});

in_every_browser!(files_are_chosen_searched_and_removed, |page| {
    fresh(page);
    page.open_view("Your data");
    choose_file(page, "prices.json", PRICES);
    choose_file(page, "config.json", CONFIG);
    page.wait_for_text("#view", "40 layers");
    choose_file(page, "photo.png", "\u{89}PNG");
    page.wait_for_text("#view .alert", "no known kind");
    let own = "[...document.querySelectorAll('#view tbody tr')].filter((row) => row.textContent.includes('Groq')).length";
    assert_eq!(page.eval(&format!("return {own}")), 1);
    write_search(page, "acme nothing");
    page.wait_until("nothing is found", &format!("return {own} === 0"));
    assert_eq!(page.value("#view [data-key=search]"), "acme nothing", "what is typed stays");
    assert_eq!(page.eval("return document.activeElement.dataset.key"), "search", "typing goes on there");
    write_search(page, "groq");
    page.wait_until("found again", &format!("return {own} === 1"));
    press(page, "Remove prices.json");
    page.wait_until(
        "removed",
        "return !document.querySelector('#view').textContent.includes('Remove prices.json')",
    );
    assert_stands(page);
});
