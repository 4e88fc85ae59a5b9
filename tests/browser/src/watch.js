// Served by the test server alone, before the page's own scripts: keeps everything that a person would find in the
// console, so that a test can ask for it in every engine.
(() => {
    const complaints = [];
    Object.defineProperty(window, "__complaints", { value: complaints });
    addEventListener("securitypolicyviolation", (event) =>
        complaints.push(`policy: ${event.effectiveDirective} blocked ${event.blockedURI} in ${event.sourceFile}:${event.lineNumber}`));
    addEventListener("error", ({ message, target }) => {
        // a browser may leave a prefetch alone, and says nothing of it
        if (target.rel !== "prefetch") complaints.push(`error: ${message || "could not load " + (target.src || target.href)}`);
    }, true);
    addEventListener("unhandledrejection", (event) => complaints.push(`rejected: ${event.reason}`));
    for (const level of ["error", "warn"]) {
        const tell = console[level].bind(console);
        console[level] = (...words) => {
            complaints.push(`console.${level}: ${words.join(" ")}`);
            tell(...words);
        };
    }
})();
