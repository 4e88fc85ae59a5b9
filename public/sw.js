// The service worker: keeps the page's own files, so that it opens without a network. The build writes the version and
// the list. Its name never changes, for an old page must be able to find the worker that replaces it.

const VERSION = "@VERSION@";
/** [address, digest]: named by their content, so what an older version kept of them is as good. */
const HASHED = [/*HASHED*/];
/** Under their own names, fetched anew for each version. */
const NAMED = [/*NAMED*/];

const SCOPE = registration.scope;
// with the scope, for copies of the page at other paths of this host keep theirs
const PREFIX = `llm-breakeven ${SCOPE} `;
const CACHE = PREFIX + VERSION;

async function good(address, options) {
    const response = await fetch(address, options);
    if (!response.ok) throw new Error(`${response.status} for ${address}`);
    return response;
}

/** All or nothing: a version of which a file is missing is not installed, and is tried again at the next visit. */
async function install() {
    const cache = await caches.open(CACHE);
    const hashed = HASHED.map(async ([address, integrity]) =>
        cache.put(address, (await caches.match(address, { ignoreVary: true })) ?? (await good(address, { integrity }))));
    const named = NAMED.map(async (address) => cache.put(address, await good(address, { cache: "no-cache" })));
    const page = good("./", { cache: "no-cache" }).then(async (response) => {
        // while a host publishes, it may give the page of one version and the worker of another
        if (!(await response.clone().text()).includes(VERSION)) throw new Error(`the page is not of version ${VERSION}`);
        await cache.put("./", response);
    });
    const failed = (await Promise.allSettled([...hashed, ...named, page])).find(({ reason }) => reason);
    if (!failed) return;
    await caches.delete(CACHE);
    throw failed.reason;
}

/** The version before this one stays: other tabs may still show it and ask for its parts. */
async function activate() {
    const older = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
    await Promise.all(older.slice(0, -1).map((name) => caches.delete(name)));
    await clients.claim();
}

async function answer(request, kept) {
    return (await kept) ?? fetch(request);
}

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
// the page asks for this when its reader wants the new version
addEventListener("message", ({ data }) => {
    if (data === "activate") skipWaiting();
});
addEventListener("fetch", (event) => {
    const { request } = event;
    const address = request.url.split(/[?#]/)[0];
    if (request.method !== "GET" || !address.startsWith(SCOPE)) return;
    if (request.mode !== "navigate") {
        event.respondWith(answer(request, caches.match(request, { ignoreVary: true })));
    } else if (request.destination === "document" && [SCOPE, `${SCOPE}index.html`].includes(address)) {
        // in a frame the site answers: what it shows is not for this worker to keep
        event.respondWith(answer(request, caches.open(CACHE).then((cache) => cache.match("./", { ignoreVary: true }))));
    }
});
