// A table of any length: only the rows near the eye exist. Arrow keys move between them.
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { DestinationRow } from "../api/types";
import { bytes, count, rate } from "../model/format";
import { formatRoute } from "../model/route";
import type { Column, Order } from "../model/rows";
import { visibleSlice } from "../model/slice";
import { Icon } from "./icons";

const ROW_HEIGHT = 44;

interface ColumnSpec {
  readonly column: Column;
  readonly label: string;
  readonly title: string;
  /** Shown on narrow screens too. */
  readonly essential?: boolean;
  readonly text: (row: DestinationRow) => string;
}

const COLUMNS: readonly ColumnSpec[] = [
  {
    column: "depth",
    label: "Ready",
    title: "Messages that wait in the queue",
    essential: true,
    text: (row) => (row.depth === null ? "–" : count(row.depth)),
  },
  {
    column: "inFlight",
    label: "In flight",
    title: "Messages at consumers, not acknowledged yet",
    text: (row) => (row.depth === null ? "–" : count(row.inFlight)),
  },
  {
    column: "consumers",
    label: "Consumers",
    title: "Consumers attached now",
    text: (row) => count(row.consumers),
  },
  {
    column: "rateIn",
    label: "In/s",
    title: "Messages in per second",
    essential: true,
    text: (row) => rate(row.rateIn),
  },
  {
    column: "rateOut",
    label: "Out/s",
    title: "Messages out per second",
    text: (row) => rate(row.rateOut),
  },
  {
    column: "stored",
    label: "Stored",
    title: "Messages kept in the log, acknowledged or not",
    text: (row) => count(row.stored),
  },
  { column: "sizeBytes", label: "Size", title: "Bytes kept", text: (row) => bytes(row.sizeBytes) },
];

interface Props {
  rows: readonly DestinationRow[];
  order: Order;
  onOrder: (column: Column) => void;
}

export function DestinationTable({ rows, order, onOrder }: Props): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const [focused, setFocused] = useState<number>();

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) {
      return undefined;
    }
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const focusRow = (index: number): boolean => {
    const link = scroller.current?.querySelector<HTMLElement>(`tr[aria-rowindex="${index + 2}"] a`);
    link?.focus({ preventScroll: true });
    return link !== null && link !== undefined;
  };

  // A row that the keyboard went to may not have existed when the key was pressed.
  useEffect(() => {
    if (focused !== undefined) {
      focusRow(focused);
      setFocused(undefined);
    }
  }, [focused]);

  const goTo = (index: number) => {
    const element = scroller.current;
    const target = Math.max(0, Math.min(rows.length - 1, index));
    if (element === null) {
      return;
    }
    const head = element.querySelector("thead")?.clientHeight ?? 0;
    const rowTop = target * ROW_HEIGHT;
    if (rowTop < element.scrollTop) {
      element.scrollTop = rowTop;
    } else if (rowTop + ROW_HEIGHT + head > element.scrollTop + element.clientHeight) {
      element.scrollTop = rowTop + ROW_HEIGHT + head - element.clientHeight;
    }
    setTop(element.scrollTop);
    if (!focusRow(target)) {
      setFocused(target);
    }
  };

  const onKey = (e: KeyboardEvent) => {
    const row = (e.target as HTMLElement).closest("tbody tr");
    if (row === null) {
      return;
    }
    const index = Number(row.getAttribute("aria-rowindex")) - 2;
    const page = Math.max(1, Math.floor(height / ROW_HEIGHT) - 2);
    const steps: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + page,
      PageUp: index - page,
      Home: 0,
      End: rows.length - 1,
    };
    const target = steps[e.key];
    if (target !== undefined) {
      e.preventDefault();
      goTo(target);
    }
  };

  const slice = visibleSlice(rows.length, ROW_HEIGHT, top, height);
  return (
    <div
      class="table-scroller"
      ref={scroller}
      onScroll={(e) => setTop(e.currentTarget.scrollTop)}
      onKeyDown={onKey}
    >
      <table class="destinations" aria-rowcount={rows.length + 1}>
        <caption class="hidden">Queues and topics</caption>
        <thead>
          <tr aria-rowindex={1}>
            <Heading column="name" label="Name" title="Name" order={order} onOrder={onOrder} />
            {COLUMNS.map((spec) => (
              <Heading key={spec.column} {...spec} order={order} onOrder={onOrder} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Space height={slice.before} />
          {rows.slice(slice.first, slice.end).map((row, i) => (
            <Row key={row.name} row={row} index={slice.first + i} />
          ))}
          <Space height={slice.after} />
        </tbody>
      </table>
    </div>
  );
}

function Space({ height }: { height: number }): JSX.Element | null {
  return height > 0 ? (
    <tr class="space" aria-hidden="true" style={{ height: `${height}px` }} />
  ) : null;
}

interface HeadingProps {
  column: Column;
  label: string;
  title: string;
  essential?: boolean;
  order: Order;
  onOrder: (column: Column) => void;
}

function Heading({ column, label, title, essential, order, onOrder }: HeadingProps): JSX.Element {
  const active = order.column === column;
  const name = column === "name";
  return (
    <th
      scope="col"
      class={name ? "name" : essential ? "number" : "number wide-only"}
      aria-sort={active ? (order.descending ? "descending" : "ascending") : "none"}
    >
      <button type="button" title={title} onClick={() => onOrder(column)}>
        {label}
        <span class={active ? "arrow" : "arrow idle"}>
          <Icon name={active && order.descending ? "down" : "up"} />
        </span>
      </button>
    </th>
  );
}

function Row({ row, index }: { row: DestinationRow; index: number }): JSX.Element {
  const queue = row.kind.endsWith("queue");
  return (
    <tr aria-rowindex={index + 2}>
      <th scope="row" class="name">
        <a
          href={formatRoute({ page: "destination", name: row.name, partition: 0, from: undefined })}
        >
          <span class={queue ? "kind queue" : "kind topic"}>
            <Icon name={queue ? "queue" : "topic"} />
            <span class="hidden">{row.kind}</span>
          </span>
          <span class="text">{row.name}</span>
          {row.kind.startsWith("temporary") && <span class="tag">temporary</span>}
        </a>
      </th>
      {COLUMNS.map((spec) => {
        const text = spec.text(row);
        const faint = text === "0" || text === "–" ? " faint" : "";
        return (
          <td
            key={spec.column}
            class={(spec.essential ? "number" : "number wide-only") + faint}
            data-column={spec.column}
          >
            {text}
          </td>
        );
      })}
    </tr>
  );
}
