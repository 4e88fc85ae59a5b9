// Types of <llm-breakeven> (embed.js) and of the messages between it and the calculator in its frame.

/** What every message carries. */
interface Envelope {
    ns: "llmbe";
    v: 1;
}

/** The calculator runs. */
export interface Ready extends Envelope {
    type: "ready";
}

/** Its content is this many CSS pixels high. */
export interface Height extends Envelope {
    type: "height";
    height: number;
}

/** The reader has changed the scenario, now this one. */
export interface Change extends Envelope {
    type: "change";
    scenario: string;
}

/** The host's colours. */
export interface ThemeChange extends Envelope {
    type: "theme";
    theme: "light" | "dark";
}

/** The scenario to show: the part of a link behind `#`. */
export interface SetScenario extends Envelope {
    type: "set";
    scenario: string;
}

export type FromCalculator = Ready | Height | Change;
export type FromHost = ThemeChange | SetScenario;

/** Of the event `change`: the scenario as it is written behind `#`, and the link of the whole page with it. */
export interface ScenarioDetail {
    scenario: string;
    link: string;
}

/** `<llm-breakeven>`; docs/embedding.md explains its attributes. */
export interface LlmBreakevenElement extends HTMLElement {
    addEventListener(type: "change", listener: (this: LlmBreakevenElement, event: CustomEvent<ScenarioDetail>) => unknown, options?: boolean | AddEventListenerOptions): void;
    addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

/** The attributes, for JSX and other templates. */
export interface LlmBreakevenAttributes {
    scenario?: string;
    theme?: "auto" | "light" | "dark";
    card?: boolean | "";
    readonly?: boolean | "";
    lock?: string;
    hide?: string;
    height?: number | string;
    src?: string;
    sandbox?: string;
    title?: string;
}

declare global {
    interface HTMLElementTagNameMap {
        "llm-breakeven": LlmBreakevenElement;
    }
}
