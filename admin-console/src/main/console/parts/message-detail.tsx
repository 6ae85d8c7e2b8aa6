// One message in full: body, header fields, properties, headers.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { getMessage } from "../api/client";
import type { Body, Message } from "../api/types";
import { bodyBytes, hexDump, prettyJson, type View, viewsOf } from "../model/body";
import { bytes, count, time } from "../model/format";
import { Icon } from "./icons";
import { notify } from "./notice";

interface Props {
  name: string;
  partition: number;
  offset: number;
  onClose: () => void;
}

export function MessageDetail({ name, partition, offset, onClose }: Props): JSX.Element {
  const [message, setMessage] = useState<Message>();
  const [error, setError] = useState("");
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    let current = true;
    getMessage(name, partition, offset).then(
      (found) => current && setMessage(found),
      (e: unknown) => current && setError(e instanceof Error ? e.message : String(e)),
    );
    heading.current?.focus();
    return () => {
      current = false;
    };
  }, [name, partition, offset]);

  const onKey = (e: KeyboardEvent) => {
    if (e.key === "Escape") {
      onClose();
    }
  };

  return (
    <section class="detail" aria-labelledby="message-title" onKeyDown={onKey}>
      <header>
        <h3 id="message-title" tabIndex={-1} ref={heading}>
          Offset {count(offset)}
        </h3>
        <button
          type="button"
          class="quiet icon-only"
          aria-label="Close the message"
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      {error !== "" && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {message !== undefined && <Contents message={message} />}
    </section>
  );
}

function Contents({ message }: { message: Message }): JSX.Element {
  const jms = message.jms;
  const fields: [string, string | null | undefined][] = [
    ["Time", time(message.timestampMs)],
    ["Partition", String(message.partition)],
    [jms === null ? "Key" : "Group (JMSXGroupID)", message.key?.data],
    ["Message ID", jms?.messageId],
    ["Correlation ID", jms?.correlationId],
    ["Type", jms?.type],
    ["Reply to", jms?.replyTo],
    ["Priority", jms === null ? null : String(jms.priority)],
    ["Delivery", jms?.deliveryMode],
    ["Expires", jms?.expirationMs != null ? time(jms.expirationMs) : null],
    ["Deliver at", jms?.deliveryTimeMs != null ? time(jms.deliveryTimeMs) : null],
    ["Size", bytes(message.sizeBytes)],
  ];
  return (
    <div class="detail-body">
      <BodyView body={message.body} />
      <h4>{jms === null ? "Record" : `JMS ${jms.bodyType} message`}</h4>
      <dl class="fields">
        {fields
          .filter(([, value]) => value !== null && value !== undefined)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {message.properties.length > 0 && (
        <>
          <h4>Properties</h4>
          <dl class="fields">
            {message.properties.map((property) => (
              <div key={property.name}>
                <dt>
                  {property.name} <span class="type">{property.type}</span>
                </dt>
                <dd>{property.value}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {message.headers.length > 0 && (
        <>
          <h4>Headers</h4>
          <dl class="fields">
            {message.headers.map((header, i) => (
              <div key={i}>
                <dt>
                  {header.name} {header.binary && <span class="type">base64</span>}
                </dt>
                <dd>{header.value ?? "null"}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </div>
  );
}

const VIEW_NAMES: Record<View, string> = { text: "Text", json: "JSON", hex: "Hex" };

function BodyView({ body }: { body: Body | null }): JSX.Element {
  const [chosen, setChosen] = useState<View>();
  if (body === null) {
    return <p class="empty small">This message has no body.</p>;
  }
  const views = viewsOf(body);
  const view = chosen ?? views[0] ?? "text";
  const text = render(body, view);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    notify("Copied.");
  };
  return (
    <div class="body-view">
      <div class="body-bar">
        <fieldset class="segments" aria-label="Show the body as">
          {views.map((each) => (
            <button
              key={each}
              type="button"
              class="segment-button"
              aria-pressed={each === view}
              onClick={() => setChosen(each)}
            >
              {VIEW_NAMES[each]}
            </button>
          ))}
        </fieldset>
        <span class="hint">
          {bytes(body.size)}
          {body.truncated && ", the beginning of it"}
        </span>
        <button type="button" class="quiet small" onClick={() => void copy()}>
          <Icon name="copy" />
          Copy
        </button>
      </div>
      <pre class="body" tabIndex={0}>
        {text}
      </pre>
    </div>
  );
}

function render(body: Body, view: View): string {
  if (view === "hex") {
    return hexDump(bodyBytes(body));
  }
  return view === "json" ? (prettyJson(body.data) ?? body.data) : body.data;
}
