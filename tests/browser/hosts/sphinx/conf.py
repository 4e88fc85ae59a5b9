project = "Running our own models"
html_theme = "furo"
html_js_files = [("https://calculator.example/embed.js", {"defer": "defer"})]
