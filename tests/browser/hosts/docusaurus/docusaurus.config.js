export default {
    title: "Running our own models",
    url: "https://docs.example",
    baseUrl: "/docs/",
    scripts: [{ src: "https://calculator.example/embed.js", defer: true }],
    themeConfig: { navbar: { title: "Models" } },
    presets: [["classic", { docs: { routeBasePath: "/" }, blog: false, pages: false, sitemap: false }]],
};
