// Which destinations are shown, and in which order.
import type { DestinationRow } from "../api/types";

export type Column =
  "name" | "depth" | "inFlight" | "consumers" | "rateIn" | "rateOut" | "stored" | "sizeBytes";

export interface Order {
  readonly column: Column;
  readonly descending: boolean;
}

export type KindFilter = "all" | "queues" | "topics";

/** The order after a click on a column: numbers begin with the greatest, names with A. */
export function nextOrder(now: Order, column: Column): Order {
  return now.column === column
    ? { column, descending: !now.descending }
    : { column, descending: column !== "name" };
}

export function select(
  rows: readonly DestinationRow[],
  search: string,
  kind: KindFilter,
  order: Order,
): DestinationRow[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = rows.filter((row) => {
    const name = row.name.toLowerCase();
    return fitsKind(row, kind) && words.every((word) => name.includes(word));
  });
  const sign = order.descending ? -1 : 1;
  return fitting.sort((a, b) => sign * compare(a, b, order.column) || byName(a, b));
}

function fitsKind(row: DestinationRow, kind: KindFilter): boolean {
  return kind === "all" || row.kind.endsWith(kind === "queues" ? "queue" : "topic");
}

function byName(a: DestinationRow, b: DestinationRow): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function compare(a: DestinationRow, b: DestinationRow, column: Column): number {
  if (column === "name") {
    return byName(a, b);
  }
  return (a[column] ?? -1) - (b[column] ?? -1);
}

export interface Totals {
  readonly ready: number;
  readonly inFlight: number;
  readonly rateIn: number;
  readonly rateOut: number;
  readonly sizeBytes: number;
}

export function totals(rows: readonly DestinationRow[]): Totals {
  const sum = { ready: 0, inFlight: 0, rateIn: 0, rateOut: 0, sizeBytes: 0 };
  for (const row of rows) {
    sum.ready += row.depth ?? 0;
    sum.inFlight += row.inFlight;
    sum.rateIn += row.rateIn;
    sum.rateOut += row.rateOut;
    sum.sizeBytes += row.sizeBytes;
  }
  return sum;
}
