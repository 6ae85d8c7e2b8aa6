// The list of queues and topics.
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { loaded, rows } from "../live/destinations";
import { bytes, count, plural, rate } from "../model/format";
import { formatRoute } from "../model/route";
import { type Column, type KindFilter, nextOrder, type Order, select, totals } from "../model/rows";
import { CreateDialog } from "../parts/create-dialog";
import { DestinationTable } from "../parts/destination-table";
import { Choice } from "../parts/fields";
import { Icon } from "../parts/icons";
import { Stat } from "../parts/stat";

// Kept while one looks at a destination and comes back.
const search = signal("");
const kind = signal<KindFilter>("all");
const order = signal<Order>({ column: "name", descending: false });

const KINDS = [
  { value: "all", label: "All" },
  { value: "queues", label: "Queues" },
  { value: "topics", label: "Topics" },
] as const;

export function DestinationsPage(): JSX.Element {
  const searchBox = useRef<HTMLInputElement>(null);
  const [creating, setCreating] = useState(false);
  const all = rows.value;
  const shown = useMemo(
    () => select(all, search.value, kind.value, order.value),
    [all, search.value, kind.value, order.value],
  );
  const sum = useMemo(() => totals(all), [all]);

  useEffect(() => {
    document.title = "Destinations · Millrace";
    const onKey = (e: KeyboardEvent) => {
      const typing = e.target instanceof HTMLElement && e.target.matches("input,textarea,select");
      if (e.key === "/" && !typing && !e.ctrlKey && !e.metaKey) {
        e.preventDefault();
        searchBox.current?.focus();
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);

  return (
    <main class="page list-page" id="main">
      <div class="page-head">
        <h1>Destinations</h1>
        <button type="button" class="primary" onClick={() => setCreating(true)}>
          <Icon name="plus" />
          New destination
        </button>
      </div>
      <dl class="stats">
        <Stat name="Queues and topics" value={count(all.length)} />
        <Stat name="Ready" value={count(sum.ready)} />
        <Stat name="In flight" value={count(sum.inFlight)} />
        <Stat name="In per second" value={rate(sum.rateIn)} />
        <Stat name="Out per second" value={rate(sum.rateOut)} />
        <Stat name="Size" value={bytes(sum.sizeBytes)} />
      </dl>
      <div class="toolbar">
        <label class="search">
          <span class="hidden">Search destinations</span>
          <Icon name="search" />
          <input
            ref={searchBox}
            type="search"
            placeholder="Search by name"
            value={search.value}
            spellcheck={false}
            onInput={(e) => {
              search.value = e.currentTarget.value;
            }}
          />
          <kbd aria-hidden="true">/</kbd>
        </label>
        <Choice
          label="Kind"
          value={kind.value}
          options={KINDS}
          onValue={(value) => {
            kind.value = value;
          }}
        />
        <p class="result" role="status">
          {shown.length === all.length
            ? plural(all.length, "destination", "destinations")
            : `${count(shown.length)} of ${count(all.length)}`}
        </p>
      </div>
      {shown.length > 0 ? (
        <DestinationTable
          rows={shown}
          order={order.value}
          onOrder={(column: Column) => {
            order.value = nextOrder(order.value, column);
          }}
        />
      ) : (
        <Nothing filtered={all.length > 0} />
      )}
      {creating && (
        <CreateDialog
          onClose={() => setCreating(false)}
          onCreated={(name) => {
            location.hash = formatRoute({
              page: "destination",
              name,
              partition: 0,
              from: undefined,
            });
          }}
        />
      )}
    </main>
  );
}

function Nothing({ filtered }: { filtered: boolean }): JSX.Element {
  if (!loaded.value) {
    return <p class="empty">Reading the list…</p>;
  }
  return filtered ? (
    <p class="empty">Nothing fits. Search for less, or show all kinds.</p>
  ) : (
    <div class="empty">
      <h2>No queues or topics yet</h2>
      <p>They appear here as soon as a JMS or Kafka client uses one, or when you make one.</p>
    </div>
  );
}
