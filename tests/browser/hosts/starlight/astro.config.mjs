import starlight from "@astrojs/starlight";
import { defineConfig, passthroughImageService } from "astro/config";

export default defineConfig({
    base: "/docs",
    image: { service: passthroughImageService() },
    integrations: [
        starlight({
            title: "Running our own models",
            pagefind: false,
            head: [{ tag: "script", attrs: { src: "https://calculator.example/embed.js", defer: true } }],
        }),
    ],
});
