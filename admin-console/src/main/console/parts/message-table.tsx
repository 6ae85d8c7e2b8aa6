import type { JSX } from "preact";
import type { Message } from "../api/types";
import { preview } from "../model/body";
import { bytes, count, shortTime } from "../model/format";

interface Props {
  messages: readonly Message[];
  empty: string;
  chosen: number | undefined;
  onChoose: (offset: number) => void;
}

/** One line for each message; up and down move, Enter opens. */
export function MessageTable({ messages, empty, chosen, onChoose }: Props): JSX.Element {
  const now = Date.now();
  if (messages.length === 0) {
    return <p class="empty">{empty}</p>;
  }
  const onKey = (e: KeyboardEvent) => {
    const row = (e.target as HTMLElement).closest("tr");
    const other =
      e.key === "ArrowDown"
        ? row?.nextElementSibling
        : e.key === "ArrowUp"
          ? row?.previousElementSibling
          : undefined;
    if (other !== undefined && other !== null) {
      e.preventDefault();
      other.querySelector("button")?.focus();
    }
  };
  return (
    <div class="message-table">
      <table>
        <caption class="hidden">Messages</caption>
        <thead>
          <tr>
            <th scope="col" class="number">
              Offset
            </th>
            <th scope="col">Time</th>
            <th scope="col" class="wide-only">
              Type
            </th>
            <th scope="col">Body</th>
            <th scope="col" class="number wide-only">
              Size
            </th>
          </tr>
        </thead>
        <tbody onKeyDown={onKey}>
          {messages.map((message) => (
            <tr key={message.offset} class={message.offset === chosen ? "chosen" : undefined}>
              <th scope="row" class="number">
                <button
                  type="button"
                  class="offset"
                  aria-pressed={message.offset === chosen}
                  aria-label={`Message at offset ${message.offset}`}
                  onClick={() => onChoose(message.offset)}
                >
                  {count(message.offset)}
                </button>
              </th>
              <td class="time">{shortTime(message.timestampMs, now)}</td>
              <td class="wide-only">{kindOf(message)}</td>
              <td class="preview">
                {message.key !== null && <span class="key">{preview(message.key, 40)}</span>}
                {preview(message.body)}
              </td>
              <td class="number wide-only">{bytes(message.sizeBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function kindOf(message: Message): string {
  return message.jms === null ? "record" : `JMS ${message.jms.bodyType}`;
}
