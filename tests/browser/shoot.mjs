// Screenshots of pages at two widths in both languages: node shoot.mjs MODULES OUT PAGE...
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
const [modules, out, ...pages] = process.argv.slice(2);
const { chromium } = createRequire(path.join(path.resolve(modules), "x.js"))("playwright-core");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const page of pages)
  for (const width of [1280, 390])
    for (const language of ["zh", "en"]) {
      const tab = await browser.newPage({ viewport: { width, height: 900 } });
      await tab.goto(pathToFileURL(path.resolve(page)).href);
      const choice = tab.locator(`#${language}`);
      if (await choice.count()) await choice.check();
      await tab.screenshot({ path: path.join(out, `${path.basename(page, ".html")}-${language}-${width}.png`), fullPage: process.env.FULL === "1" });
      await tab.close();
    }
await browser.close();
