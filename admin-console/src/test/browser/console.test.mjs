// The console in a real Chromium, against a real server, as a person uses it.
//
// MILLRACE_URL and MILLRACE_TOKEN say which server; CHROMIUM which browser.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { chromium } from "playwright-core";

const url = required("MILLRACE_URL");
const token = required("MILLRACE_TOKEN");
const axeSource = await readFile(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);
const DESKTOP = { width: 1280, height: 720 };
const PHONE = { width: 390, height: 780 };

function required(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`set ${name}`);
  }
  return value;
}

async function api(method, where, body) {
  const response = await fetch(`${url}/api/v1/${where}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  assert.ok(response.ok, `${method} ${where}: ${response.status} ${await response.clone().text()}`);
  return response.status === 204 ? undefined : response.json();
}

const create = (name, kind = "queue", partitions = 1) =>
  api("POST", "destinations", { name, kind, partitions });
const send = (name, message) => api("POST", `destinations/${name}/messages`, message);

let profile;
let context;

before(async () => {
  profile = await mkdtemp(path.join(os.tmpdir(), "millrace-console-"));
  context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    viewport: DESKTOP,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  context.setDefaultTimeout(20_000);
});

after(async () => {
  await context?.close();
  await rm(profile, { recursive: true, force: true });
});

/** A new page, which fails the test when it breaks a rule of its own security policy. */
async function open(where = "") {
  const page = await context.newPage();
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(error.message));
  page.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) {
      page.faults.push(message.text());
    }
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:")) {
      page.faults.push(`asked elsewhere: ${request.url()}`);
    }
  });
  await page.goto(`${url}/${where}`);
  return page;
}

async function close(page) {
  assert.deepEqual(page.faults, []);
  await page.close();
}

/** A page of somebody who has logged in. */
async function enter(hash = "") {
  const page = await open(`#token=${token}`);
  await page.getByRole("heading", { name: "Destinations" }).waitFor();
  if (hash !== "") {
    await page.evaluate((to) => {
      location.hash = to;
    }, hash);
  }
  return page;
}

const cell = (page, name, column) =>
  page
    .locator("tr", { has: page.getByRole("link", { name, exact: false }) })
    .locator(`td[data-column="${column}"]`);

describe("logging in", () => {
  test("asks for the token, says when it is wrong, and lets its owner in", async () => {
    const page = await open();
    await page.getByLabel("Admin token").fill("not-the-token");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("alert").filter({ hasText: "not the admin token" }).waitFor();

    await page.getByLabel("Admin token").fill(token);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Destinations" }).waitFor();

    await page.reload();
    await page.getByRole("heading", { name: "Destinations" }).waitFor();

    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByLabel("Admin token").waitFor();
    await close(page);
  });

  test("by a link leaves no token in the address", async () => {
    const page = await enter();
    assert.ok(!page.url().includes(token));
    const cookies = await context.cookies();
    const session = cookies.find((cookie) => cookie.name.startsWith("millrace_session"));
    assert.equal(session?.httpOnly, true);
    assert.equal(session?.sameSite, "Strict");
    await close(page);
  });
});

describe("the list", () => {
  test("changes while messages are sent", async () => {
    await create("live.orders");
    const page = await enter();
    await page.getByRole("link", { name: "live.orders" }).waitFor();
    assert.equal(await cell(page, "live.orders", "depth").textContent(), "0");

    for (let i = 0; i < 5; i++) {
      await send("live.orders", { text: `message ${i}` });
    }
    await cell(page, "live.orders", "depth").filter({ hasText: /^5$/ }).waitFor();
    await cell(page, "live.orders", "rateIn").filter({ hasNotText: /^0$/ }).waitFor();

    await api("DELETE", "destinations/live.orders");
    await page.getByRole("link", { name: "live.orders" }).waitFor({ state: "detached" });
    await close(page);
  });

  test("finds, filters and sorts, and is walked through by keys", async () => {
    await create("keys.alpha");
    await create("keys.beta", "topic");
    await create("keys.gamma");
    await create("another");
    const page = await enter();
    await page.getByRole("link", { name: "keys.gamma" }).waitFor();

    await page.keyboard.press("/");
    await page.keyboard.type("keys.");
    await page.getByText(/^3 of /).waitFor();
    await page.getByRole("radio", { name: "Topics" }).check();
    await page.getByText(/^1 of /).waitFor();
    await page.getByRole("radio", { name: "All" }).check();

    await page.getByRole("columnheader", { name: "Name" }).getByRole("button").click();
    const names = () => page.locator("tbody a .text").allTextContents();
    assert.deepEqual(await names(), ["keys.gamma", "keys.beta", "keys.alpha"]);
    assert.equal(
      await page.getByRole("columnheader", { name: "Name" }).getAttribute("aria-sort"),
      "descending",
    );

    await page.getByRole("link", { name: "keys.gamma" }).focus();
    await page.keyboard.press("ArrowDown");
    await page.locator("a:focus", { hasText: "keys.beta" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "keys.beta" }).waitFor();
    await close(page);
  });

  test("stays quick with many destinations: only rows near the eye exist", async () => {
    const many = 400;
    for (let i = 0; i < many; i += 20) {
      await Promise.all(
        Array.from({ length: 20 }, (_, k) => create(`many.${String(i + k).padStart(4, "0")}`)),
      );
    }
    const page = await enter();
    await page.getByRole("searchbox").fill("many.");
    await page.getByText(new RegExp(`^${many} of `)).waitFor();
    assert.ok((await page.locator("tbody tr").count()) < 60);

    await page.getByRole("link", { name: "many.0000" }).focus();
    await page.keyboard.press("End");
    await page.getByRole("link", { name: "many.0399" }).waitFor();
    await page.locator("a:focus", { hasText: "many.0399" }).waitFor();
    assert.ok((await page.locator("tbody tr").count()) < 60);
    await close(page);
  });
});

describe("a destination", () => {
  test("is made and deleted, after its name was typed", async () => {
    const page = await enter();
    await page.getByRole("button", { name: "New destination" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("made.by.hand");
    await dialog.getByRole("radio", { name: "Topic" }).check();
    await dialog.getByLabel("Partitions").fill("3");
    await dialog.getByRole("button", { name: "Create" }).click();
    await page.getByRole("heading", { name: "made.by.hand" }).waitFor();
    assert.equal((await api("GET", "destinations/made.by.hand")).partitions.length, 3);

    await page.getByRole("button", { name: "Delete" }).click();
    const sure = page.getByRole("button", { name: "Delete for ever" });
    assert.ok(await sure.isDisabled());
    await page.getByLabel("Type made.by.hand to confirm").fill("made.by.hand");
    await sure.click();
    await page.getByRole("heading", { name: "Destinations" }).waitFor();
    const left = await api("GET", "destinations?search=made.by.hand");
    assert.equal(left.total, 0);
    await close(page);
  });

  test("of a name that exists is refused in words", async () => {
    await create("twice");
    const page = await enter();
    await page.getByRole("button", { name: "New destination" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("twice");
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByRole("dialog").getByRole("alert").filter({ hasText: /twice/ }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await close(page);
  });
});

describe("messages", () => {
  test("are looked into without being consumed", async () => {
    await create("looked.at");
    await send("looked.at", {
      text: '{"id":12345678901234567890,"items":[1,2]}',
      correlationId: "cor-7",
      properties: [{ name: "amount", type: "double", value: "12.5" }],
    });
    await send("looked.at", {
      kind: "record",
      base64: "AAEC/w==",
      headers: [{ name: "trace", value: "abc", binary: false }],
    });
    const page = await enter("#/destinations/looked.at");

    await page.getByRole("button", { name: "Message at offset 0" }).click();
    const detail = page.getByRole("region", { name: "Offset 0" });
    await detail.getByText("cor-7").waitFor();
    await detail.getByText("amount").waitFor();
    await detail.getByText("12.5").waitFor();
    assert.ok((await detail.locator("pre").textContent()).includes('"id": 12345678901234567890'));
    await detail.getByRole("button", { name: "Hex" }).click();
    assert.ok((await detail.locator("pre").textContent()).startsWith("00000000  7b 22 69 64"));

    await page.getByRole("button", { name: "Message at offset 1" }).click();
    const record = page.getByRole("region", { name: "Offset 1" });
    await record.getByText("trace").waitFor();
    assert.ok((await record.locator("pre").textContent()).includes("00 01 02 ff"));
    await page.keyboard.press("Escape");
    await record.waitFor({ state: "detached" });

    assert.equal((await api("GET", "destinations/looked.at")).row.depth, 2);
    await close(page);
  });

  test("are paged through by offset", async () => {
    await create("paged");
    for (let i = 0; i < 120; i += 20) {
      await Promise.all(Array.from({ length: 20 }, () => send("paged", { text: "x" })));
    }
    const page = await enter("#/destinations/paged");
    await page.getByText("Offsets 70–119 of 0 up to 120").waitFor();
    await page.getByRole("button", { name: "Older messages" }).click();
    await page.getByText("Offsets 20–69 of 0 up to 120").waitFor();
    await page.getByRole("button", { name: "Oldest messages" }).click();
    await page.getByText("Offsets 0–49 of 0 up to 120").waitFor();
    assert.ok(await page.getByRole("button", { name: "Older messages" }).isDisabled());
    await page.getByLabel("Offset", { exact: true }).fill("100");
    await page.getByRole("button", { name: "Go" }).click();
    await page.getByText("Offsets 100–119 of 0 up to 120").waitFor();
    await close(page);
  });

  test("are sent, and seen in the live tail", async () => {
    await create("sent.to");
    const page = await enter("#/destinations/sent.to");
    await page.getByLabel("Live tail").check();
    await page.getByText("Waiting for new messages").waitFor();

    await page.getByRole("button", { name: "Send", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Body").fill("written by hand");
    await dialog.getByRole("button", { name: "Add a property" }).click();
    await dialog.getByLabel("Name 1").fill("urgent");
    await dialog.getByLabel("Type 1").selectOption("boolean");
    await dialog.getByLabel("Value 1").fill("true");
    await dialog.getByRole("button", { name: "Send", exact: true }).click();
    await page.getByRole("cell", { name: "written by hand" }).waitFor();

    const kept = await api("GET", "destinations/sent.to/messages");
    assert.equal(kept.messages[0].source, "jms");
    assert.deepEqual(kept.messages[0].properties, [
      { name: "urgent", type: "boolean", value: "true" },
    ]);
    await close(page);
  });
});

describe("every page", () => {
  const pages = {
    "the list": async (page) => {
      await page.getByRole("link", { name: "axe.queue" }).waitFor();
    },
    "a destination with a message": async (page) => {
      await page.evaluate(() => {
        location.hash = "#/destinations/axe.queue";
      });
      await page.getByRole("button", { name: "Message at offset 0" }).click();
      await page.getByRole("region", { name: "Offset 0" }).getByText("Message ID").waitFor();
    },
    "a new destination": async (page) => {
      await page.getByRole("button", { name: "New destination" }).click();
      await page.getByRole("dialog").waitFor();
    },
    "a message to be sent": async (page) => {
      await page.evaluate(() => {
        location.hash = "#/destinations/axe.queue";
      });
      await page.getByRole("button", { name: "Send", exact: true }).click();
      await page.getByRole("button", { name: "Add a property" }).click();
    },
  };

  async function violations(page) {
    // Not as a script element: the page's security policy would rightly refuse that.
    await page.evaluate(axeSource);
    const found = await page.evaluate(() => globalThis.axe.run(document));
    return found.violations.map(
      (each) => `${each.id}: ${each.nodes.map((node) => node.html).join(" | ")}`,
    );
  }

  before(async () => {
    await create("axe.queue");
    await send("axe.queue", {
      text: '{"a":1}',
      key: "g",
      properties: [{ name: "p", type: "int", value: "1" }],
    });
  });

  for (const scheme of ["light", "dark"]) {
    for (const [size, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
      test(`has no accessibility fault and fits, ${scheme}, ${size}`, async () => {
        for (const [name, go] of Object.entries(pages)) {
          const page = await enter();
          await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
          await page.setViewportSize(viewport);
          await go(page);
          assert.deepEqual(await violations(page), [], name);
          const tooWide = await page.evaluate(
            () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
          );
          assert.equal(tooWide, false, `${name} is wider than the screen`);
          await close(page);
        }
        await context.clearCookies();
        const login = await open();
        await login.emulateMedia({ colorScheme: scheme });
        await login.setViewportSize(viewport);
        await login.getByLabel("Admin token").waitFor();
        assert.deepEqual(await violations(login), [], "the login page");
        await close(login);
      });
    }
  }
});
