import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { createDestination } from "../api/client";
import { Dialog } from "./dialog";
import { Choice, TextField } from "./fields";
import { notify } from "./notice";

const KINDS = [
  { value: "queue", label: "Queue" },
  { value: "topic", label: "Topic" },
] as const;

const DURABILITIES = [
  { value: "fsync", label: "Disk" },
  { value: "os", label: "System" },
  { value: "memory", label: "Memory" },
] as const;

const PROMISES = {
  fsync: "A message counts as safe when it is on the disk. Survives power loss.",
  os: "A message counts as safe when the operating system has it. Survives a crash of the server.",
  memory: "A message counts as safe at once. Survives nothing.",
} as const;

interface Props {
  onClose: () => void;
  onCreated: (name: string) => void;
}

export function CreateDialog({ onClose, onCreated }: Props): JSX.Element {
  const [name, setName] = useState("");
  const [kind, setKind] = useState<"queue" | "topic">("queue");
  const [partitions, setPartitions] = useState("1");
  const [durability, setDurability] = useState<keyof typeof PROMISES>("fsync");

  const submit = async () => {
    await createDestination({ name, kind, partitions: Number(partitions), durability });
    notify(`${kind === "queue" ? "Queue" : "Topic"} ${name} was made.`);
    onCreated(name);
  };

  return (
    <Dialog
      title="New destination"
      action="Create"
      ready={name !== ""}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label="Name"
        value={name}
        onValue={setName}
        required
        autoFocus
        mono
        pattern="[A-Za-z0-9._\-]{1,249}"
        hint="Letters, digits, dots, dashes and underscores. JMS and Kafka clients use this name."
      />
      <Choice label="Kind" value={kind} options={KINDS} onValue={setKind} />
      <TextField
        label="Partitions"
        type="number"
        min={1}
        max={1000}
        value={partitions}
        onValue={setPartitions}
        required
        hint="One keeps all messages in order. More let Kafka consumers share the work."
      />
      <Choice
        label="Safe when on"
        value={durability}
        options={DURABILITIES}
        onValue={setDurability}
      />
      <p class="hint">{PROMISES[durability]}</p>
    </Dialog>
  );
}
