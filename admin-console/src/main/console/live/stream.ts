// A stream of server-sent events that comes back by itself.
export type StreamState = "connecting" | "live" | "broken";

export interface Stream {
  close(): void;
}

const LONGEST_PAUSE_MS = 10_000;

/**
 * Opens a stream and keeps it open. The browser itself reconnects after a break, with the id of the
 * last event; this takes over where the browser gives up (an answer that is no stream).
 */
export function openStream(
  url: () => string,
  listeners: Record<string, (data: string) => void>,
  onState: (state: StreamState) => void,
  onRefused: () => void,
): Stream {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pauseMs = 500;
  let closed = false;

  const open = () => {
    onState("connecting");
    source = new EventSource(url());
    source.onopen = () => {
      pauseMs = 500;
      onState("live");
    };
    source.onerror = () => {
      onState("broken");
      if (!closed && source?.readyState === EventSource.CLOSED) {
        onRefused();
        timer = setTimeout(open, pauseMs);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    };
    for (const [event, listener] of Object.entries(listeners)) {
      source.addEventListener(event, (e) => listener((e as MessageEvent<string>).data));
    }
  };
  open();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
      source?.close();
    },
  };
}
