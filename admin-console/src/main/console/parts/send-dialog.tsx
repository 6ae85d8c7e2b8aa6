import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { sendMessage } from "../api/client";
import type { Property, SendMessage } from "../api/types";
import { Dialog } from "./dialog";
import { Choice, Field, TextField } from "./fields";
import { Icon } from "./icons";
import { notify } from "./notice";

const KINDS = [
  { value: "jms", label: "JMS message" },
  { value: "record", label: "Plain record" },
] as const;

const TYPES = ["string", "boolean", "byte", "short", "int", "long", "float", "double"] as const;

type Pair = { id: number; name: string; type: Property["type"]; value: string };

interface Props {
  name: string;
  onClose: () => void;
  onSent: () => void;
}

function message(
  kind: "jms" | "record",
  fields: Record<string, string>,
  pairs: Pair[],
): SendMessage {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
  const named = pairs.filter((pair) => pair.name !== "");
  return kind === "jms"
    ? { kind, ...given, properties: named.map(({ name, type, value }) => ({ name, type, value })) }
    : {
        kind,
        ...given,
        headers: named.map(({ name, value }) => ({ name, value, binary: false })),
      };
}

let lastId = 0;

export function SendDialog({ name, onClose, onSent }: Props): JSX.Element {
  const [kind, setKind] = useState<"jms" | "record">("jms");
  const [text, setText] = useState("");
  const [key, setKey] = useState("");
  const [correlationId, setCorrelationId] = useState("");
  const [type, setType] = useState("");
  const [replyTo, setReplyTo] = useState("");
  const [pairs, setPairs] = useState<Pair[]>([]);
  const jms = kind === "jms";

  const submit = async () => {
    const fields = jms ? { text, key, correlationId, type, replyTo } : { text, key };
    const sent = await sendMessage(name, message(kind, fields, pairs));
    notify(`Sent to ${name}, partition ${sent.partition}, offset ${sent.offset}.`);
    onSent();
  };
  const change = (id: number, part: Partial<Pair>) =>
    setPairs(pairs.map((pair) => (pair.id === id ? { ...pair, ...part } : pair)));

  return (
    <Dialog title={`Send to ${name}`} action="Send" wide onSubmit={submit} onClose={onClose}>
      <Choice label="As" value={kind} options={KINDS} onValue={setKind} />
      <Field label="Body">
        {(id) => (
          <textarea
            id={id}
            class="mono"
            rows={7}
            spellcheck={false}
            value={text}
            onInput={(e) => setText(e.currentTarget.value)}
          />
        )}
      </Field>
      <TextField
        label={jms ? "Group (JMSXGroupID)" : "Key"}
        value={key}
        onValue={setKey}
        mono
        hint="Messages with the same one keep their order."
      />
      {jms && (
        <div class="columns">
          <TextField label="Correlation ID" value={correlationId} onValue={setCorrelationId} mono />
          <TextField label="Type" value={type} onValue={setType} mono />
          <TextField
            label="Reply to"
            value={replyTo}
            onValue={setReplyTo}
            placeholder="queue:NAME"
            pattern="(queue|topic):[A-Za-z0-9._\-]{1,249}"
            mono
          />
        </div>
      )}
      <fieldset class="pairs">
        <legend>{jms ? "Properties" : "Headers"}</legend>
        {pairs.map((pair, i) => (
          <div class="pair" key={pair.id}>
            <input
              aria-label={`Name ${i + 1}`}
              placeholder="name"
              class="mono"
              value={pair.name}
              onInput={(e) => change(pair.id, { name: e.currentTarget.value })}
            />
            {jms && (
              <select
                aria-label={`Type ${i + 1}`}
                value={pair.type}
                onChange={(e) =>
                  change(pair.id, { type: e.currentTarget.value as Property["type"] })
                }
              >
                {TYPES.map((each) => (
                  <option key={each}>{each}</option>
                ))}
              </select>
            )}
            <input
              aria-label={`Value ${i + 1}`}
              placeholder="value"
              class="mono"
              value={pair.value}
              onInput={(e) => change(pair.id, { value: e.currentTarget.value })}
            />
            <button
              type="button"
              class="quiet icon-only"
              aria-label={`Remove ${pair.name || `line ${i + 1}`}`}
              onClick={() => setPairs(pairs.filter((each) => each.id !== pair.id))}
            >
              <Icon name="close" />
            </button>
          </div>
        ))}
        <button
          type="button"
          class="plain small"
          onClick={() =>
            setPairs([...pairs, { id: ++lastId, name: "", type: "string", value: "" }])
          }
        >
          <Icon name="plus" />
          {jms ? "Add a property" : "Add a header"}
        </button>
      </fieldset>
    </Dialog>
  );
}
