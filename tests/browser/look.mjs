// Looks at a report and a site as people do: two widths, both languages, keyboard, print, without scripts; axe-core has the last word.
//   node look.mjs MODULES OUT ONE.html MANY.html SITE
// Screenshots and a PDF lie in OUT afterwards. Exits with 1 and says what is wrong.
import { createRequire } from "node:module";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [modules, out, one, many, site] = process.argv.slice(2).map((p) => path.resolve(p));
const require = createRequire(path.join(modules, "look.mjs"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });

const wrong = [];
let checks = 0;
const expect = (holds, what) => {
  checks += 1;
  if (!holds) wrong.push(what);
};

/** Opens a page and notes whatever it complains about or asks the network for. */
async function open(file, { width = 1280, scripts = true, policy = false } = {}) {
  // axe-core is a script of its own, which the policy of a report rightly refuses.
  const context = await browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled: scripts, bypassCSP: !policy });
  const page = await context.newPage();
  const name = path.basename(file);
  page.on("console", (message) => message.type() === "error" && wrong.push(`${name}: ${message.text()}`));
  page.on("pageerror", (error) => wrong.push(`${name}: ${error}`));
  page.on("request", (request) => request.url().startsWith("file:") || wrong.push(`${name} asks for ${request.url()}`));
  await page.goto(pathToFileURL(file).href);
  return page;
}

async function accessible(page, name) {
  await page.evaluate(axe);
  const faults = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"], preload: false });
    const where = (v) => v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" | ");
    return violations.map((v) => `axe ${v.id}: ${v.help}: ${where(v)}`);
  });
  wrong.push(...faults.map((fault) => `${name}: ${fault}`));
  checks += 1;
}

/** A page at one width in one language: seen, measured, judged. */
async function look(file, width, language, label) {
  const page = await open(file, { width });
  const choice = page.locator(`input#${language}`);
  if (await choice.count()) await choice.check();
  const name = `${label}-${language}-${width}`;
  await page.screenshot({ path: path.join(out, `${name}.png`) });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wide <= 0, `${name} is ${wide} pixels wider than the window`);
  if (!long.includes(label) || (language === "zh" && width === 1280)) await accessible(page, name);
  console.log(`${name}: ${Math.round(performance.now() / 1000)} s`);
  await page.context().close();
}

// axe-core judges the longest pages once, not four times: what it says of them is the same.
const long = ["reports", "compare", "parameters", "sources", "glossary", "rules", "changes"];
const pages = ["index", "regions", "rules", "compare", "region-zj", "rule-cn--dom-holder-individual", "needs-initial", "parameters", "glossary", "sources", "changes", "search"];
for (const width of [1280, 390])
  for (const language of ["zh", "en"]) {
    await look(one, width, language, "report");
    await look(many, width, language, "reports");
    for (const page of pages) await look(path.join(site, language, `${page}.html`), width, language, page);
  }

// The switch shows one language and hides the other.
{
  const page = await open(one, { policy: true });
  for (const [shown, hidden] of [["en", "zh"], ["zh", "en"]]) {
    await page.locator(`input#${shown}`).check();
    expect((await page.locator(`span.${hidden}:visible`).count()) === 0, `${hidden} is hidden where ${shown} is chosen`);
    expect((await page.locator(`span.${shown}:visible`).count()) > 20, `${shown} is shown where it is chosen`);
  }
  await page.context().close();
}

// By keyboard alone: the link to the content first, then the languages, then the folded parts.
{
  const page = await open(one, { policy: true });
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.className || document.activeElement.tagName);
  await page.keyboard.press("Tab");
  expect((await focused()) === "skip", "the first stop is the link to the content");
  expect(await page.locator(".skip").evaluate((e) => e.getBoundingClientRect().left >= 0), "it is seen when it has the focus");
  await page.keyboard.press("Tab");
  const first = await focused();
  await page.keyboard.press("ArrowRight");
  expect(["zh", "en"].includes(first) && (await focused()) !== first, "the arrows choose a language");
  const summary = page.locator("article details > summary").first();
  await summary.focus();
  expect(await summary.evaluate((e) => getComputedStyle(e).outlineStyle !== "none"), "the focus is seen");
  await page.keyboard.press("Enter");
  expect(await page.locator("article details").first().evaluate((e) => e.open), "Enter unfolds");
  await page.context().close();
}

// Filters and search of a report; its policy lets its own script run.
{
  const page = await open(many, { policy: true });
  const shown = () => page.locator("details.filing:visible").count();
  const all = await shown();
  expect(all > 10, `${all} filings are listed`);
  await page.selectOption("select[name=v]", "rejected");
  const rejected = await shown();
  expect(rejected > 0 && rejected < all, `${rejected} of ${all} are rejected`);
  expect((await page.locator("#index tbody tr:visible").count()) === rejected, "the list shows the same filings");
  await page.click("button[type=reset]");
  await page.waitForFunction((n) => document.querySelectorAll("details.filing:not(.gone)").length === n, all);
  await page.fill("input[name=q]", "域名");
  const found = await shown();
  expect(found > 0 && found < all, `${found} of ${all} hold 域名`);
  await page.fill("input[name=q]", "no such words");
  expect((await shown()) === 0, "what nobody says is not found");
  await page.click("button[type=reset]");
  await page.locator("#index tbody a").nth(2).click();
  expect(await page.locator("details.filing").nth(2).evaluate((e) => e.open), "a link of the list unfolds its filing");
  await page.context().close();
}

// Without scripts everything is there, and nothing that would do nothing.
{
  const page = await open(many, { scripts: false });
  expect(!(await page.locator("#filters").isVisible()), "no filter without a script");
  expect((await page.locator("details.filing").count()) > 10, "all filings without a script");
  await page.locator("details.filing > summary").nth(1).click();
  expect(await page.locator("details.filing .verdict").nth(1).isVisible(), "a filing unfolds without a script");
  await page.context().close();
}

// On paper: A4, everything unfolded, no controls.
{
  const page = await open(one);
  const file = path.join(out, "report.pdf");
  await page.emulateMedia({ media: "print" });
  expect(!(await page.locator(".switch").isVisible()) && !(await page.locator("#filters").isVisible()), "no controls on paper");
  expect(await page.locator("article details figure").first().isVisible(), "what is folded is printed");
  await page.pdf({ path: file, preferCSSPageSize: true });
  expect(statSync(file).size > 20_000, "a PDF is written");
  await page.context().close();
}

// The site: four regions compared, a question narrowed, Chinese found, the other language of the same page.
{
  const page = await open(path.join(site, "zh", "compare.html"));
  for (const id of ["bj", "sh", "gd", "zj"]) await page.check(`input[name=g][value=${id}]`);
  expect((await page.locator("#matrix thead th:visible").count()) === 5, "four regions are side by side");
  await page.fill("input[name=q]", "域名");
  const rows = await page.locator("#matrix tbody tr:visible").count();
  expect(rows > 2 && rows < 40, `${rows} questions about domains`);
  await page.screenshot({ path: path.join(out, "compare-four-regions.png") });
  await page.locator("a.switch").click();
  expect(page.url().endsWith("/en/compare.html"), "the other language shows the same page");
  await page.goto(pathToFileURL(path.join(site, "zh", "search.html")).href);
  for (const [words, wanted] of [["域名所有者", "cn/dom-holder"], ["个人居住证明", "residence"], ["dom-not-expired", "cn/dom-not-expired"]]) {
    await page.fill("input[name=q]", words);
    const texts = await page.locator("#found li").allTextContents();
    expect(texts.some((t) => t.includes(wanted)), `${words} finds ${wanted}: ${texts.slice(0, 5).join(" | ")}`);
  }
  await page.screenshot({ path: path.join(out, "search-found.png") });
  await page.locator("#found a").first().click();
  expect((await page.locator("h1").count()) === 1, "a result leads to a page");
  await page.context().close();
}

await browser.close();
console.log(`${checks} checks, ${wrong.length} faults`);
for (const what of wrong) console.error(what);
process.exit(wrong.length ? 1 : 0);
