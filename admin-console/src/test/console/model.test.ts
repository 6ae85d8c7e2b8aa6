import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Body, DestinationRow } from "../../main/console/api/types";
import { bodyBytes, hexDump, prettyJson, preview, viewsOf } from "../../main/console/model/body";
import { bytes, count, duration, plural, rate } from "../../main/console/model/format";
import { clampOffset, newestPage, pageAfter, pageBefore } from "../../main/console/model/paging";
import { formatRoute, parseRoute, tokenOf } from "../../main/console/model/route";
import { nextOrder, select, totals } from "../../main/console/model/rows";
import { visibleSlice } from "../../main/console/model/slice";

function row(name: string, part: Partial<DestinationRow> = {}): DestinationRow {
  return {
    name,
    kind: "queue",
    partitions: 1,
    depth: 0,
    inFlight: 0,
    consumers: 0,
    rateIn: 0,
    rateOut: 0,
    stored: 0,
    sizeBytes: 0,
    startOffset: 0,
    endOffset: 0,
    durability: "fsync",
    ...part,
  };
}

function text(data: string, part: Partial<Body> = {}): Body {
  return { format: "text", encoding: "utf8", data, size: data.length, truncated: false, ...part };
}

describe("the list of destinations", () => {
  const rows = [
    row("orders.eu", { depth: 5, sizeBytes: 10 }),
    row("orders.us", { depth: 70, sizeBytes: 10 }),
    row("audit", { kind: "topic", depth: null, sizeBytes: 99 }),
  ];
  const byName = { column: "name", descending: false } as const;

  test("finds names that hold every word, in any case", () => {
    assert.deepEqual(
      select(rows, "US order", "all", byName).map((r) => r.name),
      ["orders.us"],
    );
  });

  test("shows queues or topics only", () => {
    assert.equal(select(rows, "", "queues", byName).length, 2);
    assert.equal(select(rows, "", "topics", byName)[0]?.name, "audit");
  });

  test("sorts by a figure, what has none last, and the same by name", () => {
    const order = { column: "depth", descending: true } as const;
    assert.deepEqual(
      select(rows, "", "all", order).map((r) => r.name),
      ["orders.us", "orders.eu", "audit"],
    );
    const bySize = { column: "sizeBytes", descending: true } as const;
    assert.deepEqual(
      select(rows, "", "all", bySize).map((r) => r.name),
      ["audit", "orders.eu", "orders.us"],
    );
  });

  test("begins with the greatest figure and turns around at the second click", () => {
    const first = nextOrder(byName, "depth");
    assert.deepEqual(first, { column: "depth", descending: true });
    assert.deepEqual(nextOrder(first, "depth"), { column: "depth", descending: false });
    assert.deepEqual(nextOrder(first, "name"), byName);
  });

  test("adds up", () => {
    assert.equal(totals(rows).ready, 75);
    assert.equal(totals(rows).sizeBytes, 119);
  });
});

describe("a list of ten thousand rows", () => {
  test("draws only what is near the eye, and keeps its height", () => {
    for (const top of [0, 44 * 5000, 44 * 9999, 1e9]) {
      const slice = visibleSlice(10_000, 44, top, 600);
      assert.ok(slice.end - slice.first < 50);
      assert.equal(slice.before + (slice.end - slice.first) * 44 + slice.after, 440_000);
      assert.ok(slice.before <= Math.min(top, 440_000 - 600));
      assert.ok(slice.before + (slice.end - slice.first) * 44 >= Math.min(top, 439_400) + 600);
    }
  });

  test("draws a short list whole", () => {
    assert.deepEqual(visibleSlice(3, 44, 0, 600), { first: 0, end: 3, before: 0, after: 0 });
    assert.deepEqual(visibleSlice(0, 44, 0, 600), { first: 0, end: 0, before: 0, after: 0 });
  });
});

describe("bodies", () => {
  test("spell numbers as they were sent", () => {
    assert.equal(
      prettyJson('{"id":12345678901234567890,"a":[1.0,{}],"s":"a, \\"b\\": {c}"}'),
      '{\n  "id": 12345678901234567890,\n  "a": [\n    1.0,\n    {}\n  ],\n  "s": "a, \\"b\\": {c}"\n}',
    );
    assert.equal(prettyJson("{not json"), undefined);
  });

  test("dump bytes sixteen a line", () => {
    const dump = hexDump(new TextEncoder().encode("Millrace keeps one copy."));
    assert.equal(
      dump.split("\n")[0],
      "00000000  4d 69 6c 6c 72 61 63 65  20 6b 65 65 70 73 20 6f  Millrace keeps o",
    );
    assert.match(dump.split("\n")[1] ?? "", /^00000010 {2}6e 65 .* ne copy\.$/);
  });

  test("are decoded from Base64", () => {
    const body = text("/wABAg==", { encoding: "base64", format: "binary", size: 4 });
    assert.deepEqual([...bodyBytes(body)], [255, 0, 1, 2]);
    assert.equal(preview(body), "ff 00 01 02");
    assert.deepEqual(viewsOf(body), ["hex"]);
  });

  test("are shown as JSON only where they are whole and right", () => {
    assert.deepEqual(viewsOf(text("{}", { format: "json" })), ["json", "text", "hex"]);
    assert.deepEqual(viewsOf(text("{", { format: "json", truncated: true })), ["text", "hex"]);
    assert.deepEqual(viewsOf(text("[1", { format: "json" })), ["text", "hex"]);
  });

  test("fit one line", () => {
    assert.equal(preview(text("a\n  b")), "a b");
    assert.equal(preview(text("abcdef"), 3), "abc…");
    assert.equal(preview(null), "");
  });
});

describe("addresses", () => {
  test("come back as they were", () => {
    const route = { page: "destination", name: "a b/ä", partition: 3, from: 120 } as const;
    assert.deepEqual(parseRoute(formatRoute(route)), route);
    assert.deepEqual(parseRoute("#/"), { page: "destinations" });
    assert.deepEqual(parseRoute("#/nowhere"), { page: "destinations" });
    assert.equal(formatRoute({ ...route, partition: 0, from: undefined }).includes("?"), false);
  });

  test("never take nonsense for an offset", () => {
    assert.deepEqual(parseRoute("#/destinations/q?from=-1&partition=x"), {
      page: "destination",
      name: "q",
      partition: 0,
      from: undefined,
    });
  });

  test("carry the token of a login link", () => {
    assert.equal(tokenOf("#token=ab_-9"), "ab_-9");
    assert.equal(tokenOf("#/destinations/token=x"), undefined);
  });
});

describe("pages of messages", () => {
  const bounds = { startOffset: 100, endOffset: 1000 };

  test("go back to the oldest and on to the newest", () => {
    assert.equal(newestPage(bounds), 950);
    assert.equal(newestPage({ startOffset: 100, endOffset: 120 }), 100);
    assert.equal(pageBefore(950, bounds), 900);
    assert.equal(pageBefore(120, bounds), 100);
    assert.equal(pageBefore(100, bounds), undefined);
    assert.equal(pageAfter(950, bounds), 950);
    assert.equal(pageAfter(1000, bounds), undefined);
  });

  test("stay inside the log", () => {
    assert.equal(clampOffset(5, bounds), 100);
    assert.equal(clampOffset(5000, bounds), 999);
  });
});

describe("figures", () => {
  test("are written for people", () => {
    assert.equal(count(1234567), "1,234,567");
    assert.equal(rate(0), "0");
    assert.equal(rate(3.25), "3.3");
    assert.equal(rate(12345.6), "12,346");
    assert.equal(bytes(512), "512 B");
    assert.equal(bytes(1536), "1.5 KiB");
    assert.equal(bytes(300 * 1024 * 1024), "300 MiB");
    assert.equal(duration(42_000), "42 s");
    assert.equal(duration(3 * 3_600_000), "3 h 0 min");
    assert.equal(plural(1, "message", "messages"), "1 message");
    assert.equal(plural(2000, "message", "messages"), "2,000 messages");
  });
});
