// The live list of destinations: one stream, shared by all pages.
import { computed, signal } from "@preact/signals";
import { apiPath, currentSession } from "../api/client";
import type { Changes, DestinationRow } from "../api/types";
import { openStream, type Stream, type StreamState } from "./stream";

const rowsByName = signal<ReadonlyMap<string, DestinationRow>>(new Map());

/** Whether the list has arrived at all. */
export const loaded = signal(false);

export const streamState = signal<StreamState>("connecting");

/** Every destination, in no order. */
export const rows = computed(() => [...rowsByName.value.values()]);

export function row(name: string): DestinationRow | undefined {
  return rowsByName.value.get(name);
}

let stream: Stream | undefined;

export function connect(): void {
  if (stream !== undefined) {
    return;
  }
  stream = openStream(
    () => apiPath("events"),
    {
      all: (data) => {
        const all = JSON.parse(data) as Changes;
        rowsByName.value = new Map(all.rows.map((each) => [each.name, each]));
        loaded.value = true;
      },
      changes: (data) => {
        const changes = JSON.parse(data) as Changes;
        const next = new Map(rowsByName.value);
        for (const each of changes.rows) {
          next.set(each.name, each);
        }
        for (const name of changes.removed) {
          next.delete(name);
        }
        rowsByName.value = next;
      },
    },
    (state) => {
      streamState.value = state;
    },
    // Refused: perhaps the session has ended. Asking for it says so to everybody.
    () => void currentSession().catch(() => undefined),
  );
}

export function disconnect(): void {
  stream?.close();
  stream = undefined;
  rowsByName.value = new Map();
  loaded.value = false;
}
