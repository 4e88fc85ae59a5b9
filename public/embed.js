// Defines <llm-breakeven>: a live calculator in a page of another site. Its attributes and the messages
// between the two pages are in docs/embedding.md, their types in embed.d.ts.
(() => {
    const script = document.currentScript ?? document.querySelector('script[src$="embed.js"]');
    const SANDBOX = "allow-scripts allow-same-origin allow-downloads allow-popups allow-popups-to-escape-sandbox";
    const OPTIONS = ["card", "readonly", "lock", "hide"];
    // adopted, for a host's policy may forbid style elements
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
        ":host{display:block;position:relative}iframe{display:block;border:0;width:100%}" +
        // what the author wrote inside stays in sight until the calculator has started
        "slot+iframe{position:absolute;inset:0;height:100%!important;visibility:hidden}",
    );

    // How documentation tools name their colours; of a page that names none, its background decides.
    function themeAt(element) {
        const { documentElement: html, body } = document;
        for (const { dataset, classList } of [html, body]) {
            for (const name of [dataset.theme, dataset.mdColorScheme, ...classList]) {
                if (/^(dark|slate|coal|navy|ayu)$/.test(name)) return "dark";
                if (/^(light|default|rust)$/.test(name)) return "light";
            }
        }
        for (; element; element = element.parentElement) {
            const [, r, g, b, a] = /^rgba?\((\d+), (\d+), (\d+)(?:, (.+))?\)/.exec(getComputedStyle(element).backgroundColor) ?? [];
            if (r && a !== "0") return +r + +g + +b < 384 ? "dark" : "light";
        }
        return "light";
    }

    class LlmBreakeven extends HTMLElement {
        static observedAttributes = ["scenario", "theme", "src", "sandbox", ...OPTIONS];
        #root = this.attachShadow({ mode: "open" });
        #system = matchMedia("(prefers-color-scheme: dark)");
        #observer = new MutationObserver(() => this.#tellTheme());
        #frame; #origin; #ready; #told; #later; #since = 0; #count = 0;

        connectedCallback() {
            this.#root.adoptedStyleSheets = [sheet];
            for (const page of [document.documentElement, document.body]) this.#observer.observe(page, { attributes: true });
            this.#system.addEventListener("change", this);
            addEventListener("message", this);
            // while the document is read, what is inside the element is not there yet
            if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => this.#load(), { once: true });
            else this.#load();
        }

        disconnectedCallback() {
            this.#observer.disconnect();
            this.#system.removeEventListener("change", this);
            removeEventListener("message", this);
            this.#root.replaceChildren();
            this.#frame = null;
        }

        attributeChangedCallback(name) {
            if (!this.#frame) return;
            if (name === "theme") this.#tellTheme();
            // a host may set it with every move of a slider: the last one counts
            else if (name === "scenario") this.#later ??= setTimeout(() => this.#tellScenario(), 100);
            else this.#load();
        }

        get #scenario() { return this.getAttribute("scenario") ?? ""; }

        get #theme() {
            const theme = this.getAttribute("theme");
            return theme === "dark" || theme === "light" ? theme : themeAt(this);
        }

        #load() {
            const fallback = document.createElement("slot");
            this.#root.replaceChildren(fallback);
            const url = new URL("./", new URL(this.getAttribute("src") ?? script.src, document.baseURI));
            if (!/^https?:$/.test(url.protocol)) return;
            url.searchParams.set("embed", "");
            url.searchParams.set("host", origin);
            url.searchParams.set("theme", this.#theme);
            for (const name of OPTIONS) if (this.hasAttribute(name)) url.searchParams.set(name, this.getAttribute(name));
            url.hash = this.#told = this.#scenario;
            const frame = this.#frame = document.createElement("iframe");
            frame.loading = "lazy";
            frame.title = this.title || "LLM Breakeven: API or GPU";
            frame.allow = "clipboard-write";
            // a sandbox with the host's own origin would be none, and browsers warn of it
            const sandbox = this.getAttribute("sandbox") ?? (url.origin === origin ? null : SANDBOX);
            if (sandbox !== null) frame.setAttribute("sandbox", sandbox);
            this.#origin = /allow-same-origin/.test(sandbox ?? SANDBOX) ? url.origin : "null";
            this.#ready = false;
            this.#resize(+this.getAttribute("height") || (this.hasAttribute("card") ? 150 : 760));
            frame.src = url;
            this.#root.append(frame);
            if (!this.textContent.trim() && !this.firstElementChild) fallback.remove();
        }

        #resize(height) { this.#frame.style.height = Math.min(Math.max(Math.ceil(height), 60), 4000) + "px"; }

        #tell(message) {
            // in the strictest sandbox it has no origin to name; what it is told is no secret
            if (this.#ready) this.#frame.contentWindow?.postMessage({ ns: "llmbe", v: 1, ...message }, this.#origin === "null" ? "*" : this.#origin);
        }
        #tellTheme() { if (this.#frame) this.#tell({ type: "theme", theme: this.#theme }); }
        #tellScenario() {
            this.#later = null;
            if (this.#ready && this.#told !== this.#scenario) this.#tell({ type: "set", scenario: this.#told = this.#scenario });
        }

        handleEvent({ type, source, origin, data }) {
            if (type === "change") return this.#tellTheme();
            if (!source || source !== this.#frame?.contentWindow || origin !== this.#origin) return;
            const now = Date.now();
            if (now - this.#since >= 1000) [this.#since, this.#count] = [now, 0];
            if (++this.#count > 20 || data?.ns !== "llmbe" || data.v !== 1) return;
            if (data.type === "ready") {
                this.#ready = true;
                this.#root.querySelector("slot")?.remove();
                this.#tellTheme();
                this.#tellScenario();
            } else if (data.type === "height" && Number.isFinite(data.height)) {
                this.#resize(data.height);
            } else if (data.type === "change" && typeof data.scenario === "string" && /^[\w.~*,;=-]{1,4000}$/.test(data.scenario)) {
                const link = new URL("./#" + data.scenario, this.#frame.src).href;
                this.dispatchEvent(new CustomEvent("change", { bubbles: true, detail: { scenario: data.scenario, link } }));
            }
        }
    }

    customElements.get("llm-breakeven") ?? customElements.define("llm-breakeven", LlmBreakeven);
})();
