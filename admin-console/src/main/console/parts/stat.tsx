import type { JSX } from "preact";

/** A figure with its name; a list of them is a `<dl class="stats">`. */
export function Stat({ name, value }: { name: string; value: string }): JSX.Element {
  return (
    <div class="stat">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
