//! Sizes and speeds against their budgets, written to BENCHMARKS.md: `./dev bench`. A broken size budget fails it;
//! speeds are told with the machine and its load, for other work on the machine moves them.

mod sizes;

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use browser_tests::paint::{CONNECT_MS, first_visit};
use browser_tests::{Browser, Page, Site};
use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::engine::accelerator::Accelerator;
use llm_breakeven::engine::architecture::Architecture;
use llm_breakeven::engine::memory::{self, Parallel};
use llm_breakeven::engine::planner::{self, Filter};
use llm_breakeven::engine::throughput::Demand;
use llm_breakeven::engine::weight_format::WeightFormat;
use llm_breakeven::engine::{self, sizing};
use llm_breakeven::scenario::{FieldId, Scenario, link};
use serde_json::Value;

fn main() -> ExitCode {
    let mut out = String::from(
        "# Benchmarks\n\nWritten by `./dev bench`. Sizes are in kB (1,000 bytes), compressed with brotli at level 11.\n",
    );
    let _ = writeln!(out, "\n{}\n", machine());
    let broken = sizes::write(&mut out);
    speeds(&mut out);
    fs::write(browser_tests::root().join("BENCHMARKS.md"), &out).expect("BENCHMARKS.md");
    print!("{out}");
    for line in &broken {
        eprintln!("over its budget: {line}");
    }
    if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What it was measured on.
fn machine() -> String {
    let read = |file: &str| fs::read_to_string(file).unwrap_or_default();
    let after = |text: &str, key: &str| {
        let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
        line.split_once(':').map_or("?", |(_, value)| value.trim()).to_owned()
    };
    let cpu = after(&read("/proc/cpuinfo"), "model name");
    let memory: f64 =
        after(&read("/proc/meminfo"), "MemTotal").split(' ').next().unwrap_or("0").parse().unwrap_or(0.0);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = read("/proc/loadavg").split(' ').take(1).collect::<String>();
    let date = said("date", &["-u", "+%Y-%m-%d"]);
    let rust = said("rustc", &["--version"]);
    format!(
        "{date}; {cpu}, {cores} cores, {:.0} GiB, load {load} at the start; {rust}; {}",
        memory / 1_048_576.0,
        said("chromium", &["--version"])
    )
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or(String::new(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

// --- speeds ----------------------------------------------------------------------------------------------------------

fn speeds(out: &mut String) {
    let _ = writeln!(out, "\n## Speeds\n\n| what | median | 95th percentile | budget |\n|---|---:|---:|---|");
    let scenarios = scenarios();
    let links: Vec<String> = scenarios.iter().map(link::encode).collect();
    let catalogue = Catalogue::builtin();
    let runs = 4000;
    let evaluate = timed(runs, |i| {
        let _ = black_box(engine::evaluate(black_box(&scenarios[i % scenarios.len()]), catalogue));
    });
    speed(out, "`evaluate`, native", &evaluate, "≤ 50 µs");
    let decode = timed(runs, |i| {
        black_box(link::decode(black_box(&links[i % links.len()]), catalogue));
    });
    speed(out, "link decoded, native", &decode, "");
    engine_parts(out);
    let reference = timed(400, |_| {
        black_box(reference_loop());
    });
    let in_module = in_node();
    for (key, what) in [
        ("evaluate", "`evaluate` of the ES module, objects in and out, Node"),
        ("decode", "`decodeLink` of the ES module, Node"),
        ("fit", "`fit` of the ES module, Node"),
        ("throughput", "`throughput` of the ES module, Node"),
    ] {
        speed(out, what, &numbers(&in_module[key]), "");
    }
    let plan = numbers(&in_module["plan"]);
    speed(out, "`plan` of the ES module: the whole catalogue, objects out, Node", &plan, "≤ 8 ms");
    let views = in_worker_program();
    for (key, what, budget) in [
        (
            "ranking",
            "hardware ranking of the worker: planner over the whole catalogue and its view, wasm in Node",
            "≤ 8 ms",
        ),
        ("uncertainty", "how sure, of the worker: 10,000 draws, tornado and view, wasm in Node", "≤ 150 ms"),
        ("memory", "memory and speed, of the worker: `fit`, `throughput` and view, wasm in Node", ""),
    ] {
        speed(out, what, &numbers(&views[key]), budget);
    }
    let painted = in_chromium();
    speed(out, "input event to painted chart, Chromium", &numbers(&painted), "p95 ≤ 8 ms");
    slow_visits(out, &links[6]);
    let ratio = quantile(&evaluate, 0.5) / quantile(&reference, 0.5);
    let _ = writeln!(
        out,
        "\n{runs} runs each over {} scenarios (300 input events). A fixed loop of 100,000 integer steps took {} in the same run: \
         native `evaluate` is {ratio:.2} of it, on any machine.",
        scenarios.len(),
        duration(quantile(&reference, 0.5))
    );
}

/// What sizing consists of, for the default model on two H100, and the search over the whole catalogue.
fn engine_parts(out: &mut String) {
    let (catalogue, scenario) = (Catalogue::builtin(), Scenario::default());
    let model = catalogue.model("llama-3.3-70b").expect("the default model");
    let gpu =
        Accelerator::try_from(catalogue.gpu("h100-sxm").expect("the default GPU")).expect("a sized GPU");
    let architecture = Architecture::new(model).expect("its architecture");
    let ask = sizing::Ask::of(&scenario);
    let site =
        sizing::Site { architecture: &architecture, accelerator: &gpu, ask: &ask, measurements: Vec::new() };
    let setup = site.setup(WeightFormat::Fp8, Parallel::of(2, 1));
    let fit = timed(4000, |_| {
        let Demand { isl, osl, .. } = ask.demand;
        let _ = black_box(memory::plan(&architecture, &gpu, &setup.serving, isl, osl, setup.constants));
    });
    speed(out, "`fit`: the memory plan of one setup, native", &fit, "");
    let throughput = timed(4000, |_| {
        let _ = black_box(setup.capacity(black_box(&ask.demand)));
    });
    speed(out, "`throughput`: its capacity, native", &throughput, "");
    let ranked = timed(100, |_| {
        let _ = black_box(planner::plan(&scenario, catalogue, &Filter::default()));
    });
    speed(out, "`plan`: the whole catalogue, native", &ranked, "");
}

/// Different models, GPUs and volumes, feasible and not.
fn scenarios() -> Vec<Scenario> {
    let catalogue = Catalogue::builtin();
    let texts = [
        "",
        "1;t=40M/day",
        "1;t=1T",
        "1;gpu=h200-sxm;t=70B",
        "1;gpu=t4",
        "1;m=qwen3-32b",
        "1;m=deepseek-v3;t=200B",
        "1;pg=1.2;in=95",
        "1;tps=9000;t=30B",
        "1;req=20000",
        "1;load=95;fte=2",
    ];
    let mut all: Vec<Scenario> = texts.iter().map(|text| link::decode(text, catalogue).scenario).collect();
    for exponent in 6..14 {
        let mut scenario = Scenario::default();
        scenario.set_text(FieldId::Volume, &format!("3e{exponent}"), catalogue).expect("a volume");
        all.push(scenario);
    }
    all
}

/// Seconds of each run, after a warm-up.
fn timed(runs: usize, mut run: impl FnMut(usize)) -> Vec<f64> {
    (0..runs / 10).for_each(&mut run);
    let one = |i| {
        let began = Instant::now();
        run(i);
        began.elapsed().as_secs_f64()
    };
    (0..runs).map(one).collect()
}

fn reference_loop() -> u64 {
    let mut state = black_box(88_172_645_463_325_252_u64);
    for _ in 0..100_000 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
    }
    state
}

fn quantile(times: &[f64], share: f64) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
}

fn speed(out: &mut String, what: &str, times: &[f64], budget: &str) {
    let (median, late) = (duration(quantile(times, 0.5)), duration(quantile(times, 0.95)));
    let _ = writeln!(out, "| {what} | {median} | {late} | {budget} |");
}

fn duration(seconds: f64) -> String {
    if seconds < 1e-3 { format!("{:.1} µs", seconds * 1e6) } else { format!("{:.2} ms", seconds * 1e3) }
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().into_iter().flatten().filter_map(Value::as_f64).map(|ms| ms / 1000.0).collect()
}

/// Milliseconds of the module's calls in Node.
fn in_node() -> Value {
    let package = browser_tests::root().join("pkg/node.js");
    let script = format!(
        "const {{ evaluate, encodeLink, decodeLink, fit, throughput, plan }} = await import({:?});
         const volumes = [...Array(40).keys()].map((i) => 1e7 * 2 ** (i / 3));
         const links = volumes.map((volume) => encodeLink({{ volume, gpu: 'h200-sxm' }}));
         const timed = (run, runs = 4000) => [...Array(runs + runs / 10).keys()].map((i) => {{ const t = performance.now(); run(i % 40); return performance.now() - t; }}).slice(runs / 10);
         console.log(JSON.stringify({{ evaluate: timed((i) => evaluate({{ volume: volumes[i] }})), decode: timed((i) => decodeLink(links[i])), fit: timed(() => fit()), throughput: timed(() => throughput()), plan: timed((i) => plan({{ volume: volumes[i] }}), 100) }}));",
        as_url(&package)
    );
    let output = Command::new("node").args(["--input-type=module", "-e", &script]).output().expect("node");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

/// Milliseconds that the worker's program takes for views of the default scenario; the page is never blocked by it.
fn in_worker_program() -> Value {
    let script = format!(
        "import {{ readdirSync, readFileSync, copyFileSync, mkdtempSync }} from 'node:fs';
         import {{ tmpdir }} from 'node:os';
         const dist = {:?};
         const file = (pattern) => dist + '/' + readdirSync(dist).find((name) => pattern.test(name));
         const glue = mkdtempSync(tmpdir() + '/bench-') + '/workbench.mjs';
         copyFileSync(file(/^workbench-.*\\.js$/), glue);
         globalThis.tellShare = () => {{}}; // as worker.js has it, where nobody looks
         const {{ initSync, Workbench }} = await import(glue);
         initSync({{ module: readFileSync(file(/^workbench-.*\\.wasm$/)) }});
         const bench = new Workbench(readFileSync(file(/^catalogue-full-.*\\.txt$/), 'utf8'));
         const timed = (view, runs) => [...Array(runs + 5).keys()].map((i) => {{
             const t = performance.now();
             bench.view(view + '\\n1;t=' + (5 + i) + 'B\\n2026-11-24\\n720\\n');
             return performance.now() - t;
         }}).slice(5);
         console.log(JSON.stringify({{ ranking: timed('ranking', 100), uncertainty: timed('uncertainty', 20), memory: timed('memory', 200) }}));",
        browser_tests::dist().display().to_string()
    );
    let output = Command::new("node").args(["--input-type=module", "-e", &script]).output().expect("node");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

fn as_url(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// First visits on slow 4G with a processor four times slower: the page, and a link.
fn slow_visits(out: &mut String, link: &str) {
    let site = Site::of_untouched_dist("/");
    let link = format!("#{link}");
    for (what, address, size) in [
        ("wide", "", (1360, 900)),
        ("360 px", "", (360, 800)),
        ("360 px, with a link", link.as_str(), (360, 800)),
    ] {
        // the first one waits for the host to compress
        let visits: Vec<_> = (0..6).map(|_| first_visit(&site, address, size)).skip(1).collect();
        let painted: Vec<f64> = visits.iter().map(|visit| (visit.largest_ms + CONNECT_MS) / 1000.0).collect();
        let moved = visits.iter().map(|visit| visit.shifts).fold(0.0, f64::max);
        speed(
            out,
            &format!(
                "largest paint of a first visit, {what}, on slow 4G at a quarter of the processor's speed; layout shift {moved:.2}"
            ),
            &painted,
            "≤ 1200 ms",
        );
    }
}

/// Milliseconds from an input event at the start of a frame until that frame is painted with the new chart.
fn in_chromium() -> Value {
    let site = Site::of_untouched_dist("/");
    let page = Page::start(Browser::Chromium);
    page.open(site.url());
    page.eval_async(
        "const done = arguments[arguments.length - 1];
         const input = document.querySelector('#volume'), line = () => document.querySelector('.plot').innerHTML.length + document.querySelector('.verdict').textContent;
         const once = (text) => new Promise((resolve, reject) => requestAnimationFrame(() => {
             const before = line(), began = performance.now();
             input.value = text;
             input.dispatchEvent(new Event('input', { bubbles: true }));
             const channel = new MessageChannel();
             channel.port1.onmessage = () => {
                 const took = performance.now() - began;
                 if (line() === before) reject(new Error('the chart has not changed')); else resolve(took);
             };
             channel.port2.postMessage(0);
         }));
         (async () => {
             await navigator.serviceWorker.ready; // what is fetched for offline use is there
             input.focus();
             const times = [];
             for (let i = 0; i < 330; i++) times.push(await once(`${(2 + i * 0.37).toFixed(2)}B`));
             done(times.slice(30));
         })().catch((error) => done(String(error)));",
    )
}
