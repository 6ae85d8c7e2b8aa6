import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { deleteDestination } from "../api/client";
import { plural } from "../model/format";
import { Dialog } from "./dialog";
import { TextField } from "./fields";
import { notify } from "./notice";

interface Props {
  name: string;
  stored: number;
  onClose: () => void;
  onDeleted: () => void;
}

export function DeleteDialog({ name, stored, onClose, onDeleted }: Props): JSX.Element {
  const [typed, setTyped] = useState("");
  const submit = async () => {
    await deleteDestination(name);
    notify(`${name} was deleted.`);
    onDeleted();
  };
  return (
    <Dialog
      title={`Delete ${name}?`}
      action="Delete for ever"
      danger
      ready={typed === name}
      onSubmit={submit}
      onClose={onClose}
    >
      <p>
        This deletes {plural(stored, "message", "messages")}, acknowledged or not, for JMS and Kafka
        clients alike. It cannot be undone.
      </p>
      <TextField
        label={`Type ${name} to confirm`}
        value={typed}
        onValue={setTyped}
        required
        autoFocus
        mono
      />
    </Dialog>
  );
}
