// Labelled inputs.
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  children: (id: string, describedBy: string | undefined) => JSX.Element;
}

export function Field({ label, hint, children }: FieldProps): JSX.Element {
  const id = useId();
  const hintId = `${id}-hint`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id, hint === undefined ? undefined : hintId)}
      {hint !== undefined && (
        <p class="hint" id={hintId}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface TextProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
  hint?: ComponentChildren;
  type?: "text" | "number" | "password";
  placeholder?: string;
  required?: boolean;
  pattern?: string;
  min?: number;
  max?: number;
  /** For the one field that a dialog is about; the browser moves the focus there. */
  autoFocus?: boolean;
  mono?: boolean;
}

export function TextField(props: TextProps): JSX.Element {
  const { label, onValue, hint, mono = false } = props;
  // The element's types differ by this; one that is only known at run time fits none of them.
  const type = (props.type ?? "text") as "text";
  return (
    <Field label={label} hint={hint}>
      {(id, describedBy) => (
        <input
          id={id}
          class={mono ? "mono" : ""}
          type={type}
          value={props.value}
          placeholder={props.placeholder ?? ""}
          required={props.required ?? false}
          pattern={props.pattern ?? ".*"}
          {...(props.min === undefined ? {} : { min: props.min })}
          {...(props.max === undefined ? {} : { max: props.max })}
          {...(describedBy === undefined ? {} : { "aria-describedby": describedBy })}
          autoFocus={props.autoFocus ?? false}
          autocomplete="off"
          spellcheck={false}
          onInput={(e) => onValue(e.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly { readonly value: T; readonly label: string }[];
  onValue: (value: T) => void;
}

/** A few choices side by side: radio buttons that look like one control. */
export function Choice<T extends string>(props: ChoiceProps<T>): JSX.Element {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend>{props.label}</legend>
      <div class="segments">
        {props.options.map((option) => (
          <label key={option.value} class="segment">
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={props.value === option.value}
              onChange={() => props.onValue(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
