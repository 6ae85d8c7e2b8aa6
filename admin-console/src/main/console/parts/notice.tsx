// Short news at the edge of the page: what was done, said aloud to those who listen.
import { signal } from "@preact/signals";
import type { JSX } from "preact";

const text = signal("");
let timer: ReturnType<typeof setTimeout> | undefined;
const SHOWN_MS = 6000;

export function notify(message: string): void {
  text.value = message;
  clearTimeout(timer);
  timer = setTimeout(() => {
    text.value = "";
  }, SHOWN_MS);
}

export function Notices(): JSX.Element {
  return (
    <div class="notices" role="status" aria-live="polite">
      {text.value !== "" && <div class="notice">{text.value}</div>}
    </div>
  );
}
