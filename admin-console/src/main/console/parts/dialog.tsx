// A dialog with a form in it. The browser keeps the focus inside and closes it on Escape.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Icon } from "./icons";

interface Props {
  title: string;
  action: string;
  danger?: boolean;
  ready?: boolean;
  wide?: boolean;
  /** Done when it resolves; what it throws is shown in the dialog. */
  onSubmit: () => Promise<void>;
  onClose: () => void;
  children: ComponentChildren;
}

export function Dialog(props: Props): JSX.Element {
  const { title, action, danger = false, ready = true, wide = false } = props;
  const ref = useRef<HTMLDialogElement>(null);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const id = useId();

  useEffect(() => {
    ref.current?.showModal();
  }, []);

  const submit = async (e: Event) => {
    e.preventDefault();
    setBusy(true);
    setError("");
    try {
      await props.onSubmit();
      props.onClose();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
      setBusy(false);
    }
  };

  return (
    <dialog
      ref={ref}
      class={wide ? "dialog wide" : "dialog"}
      aria-labelledby={id}
      onClose={props.onClose}
    >
      <form onSubmit={submit}>
        <header>
          <h2 id={id}>{title}</h2>
          <button type="button" class="quiet icon-only" aria-label="Close" onClick={props.onClose}>
            <Icon name="close" />
          </button>
        </header>
        <div class="dialog-body">{props.children}</div>
        <p class="error" role="alert">
          {error}
        </p>
        <footer>
          <button type="button" class="plain" onClick={props.onClose}>
            Cancel
          </button>
          <button type="submit" class={danger ? "danger" : "primary"} disabled={busy || !ready}>
            {action}
          </button>
        </footer>
      </form>
    </dialog>
  );
}
