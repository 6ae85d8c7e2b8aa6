// Line icons, drawn by hand on a grid of 20; they say nothing that the text beside them does not.
import type { JSX } from "preact";

const PATHS = {
  search: "M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM13 13l4 4",
  plus: "M10 4v12M4 10h12",
  queue: "M4 5.5h12M4 10h12M4 14.500h7",
  topic:
    "M3.500 7c2.200-2 4.300-2 6.500 0s4.300 2 6.500 0M3.500 13c2.200-2 4.300-2 6.500 0s4.300 2 6.500 0",
  up: "M10 16V5M5.500 9 10 4.500 14.500 9",
  down: "M10 4v11M5.500 11l4.500 4.500 4.500-4.500",
  send: "M3.500 10 16.500 4l-4 12.500-3-5.200L3.500 10ZM9.500 11.300 16.500 4",
  trash: "M4 6h12M8 6V4h4v2M5.500 6l.8 10.500h7.400L14.500 6M8.500 9v4.500M11.500 9v4.500",
  back: "M12 4.500 6.500 10l5.500 5.500",
  first: "M5 4.500v11M14.500 4.500 9 10l5.500 5.500",
  previous: "M12.500 4.500 7 10l5.500 5.500",
  next: "M7.500 4.500 13 10l-5.500 5.500",
  last: "M15 4.500v11M5.500 4.500 11 10l-5.500 5.500",
  close: "M5 5l10 10M15 5 5 15",
  copy: "M7 7h9v9H7ZM13 7V4H4v9h3",
  sun: "M10 6.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7ZM10 2v1.500M10 16.500V18M2 10h1.500M16.500 10H18M4.300 4.300l1.100 1.100M14.600 14.600l1.100 1.100M15.700 4.300l-1.100 1.100M5.400 14.600l-1.100 1.100",
  moon: "M16 11.500A6.500 6.500 0 0 1 8.500 4a6.500 6.500 0 1 0 7.500 7.500Z",
  screen: "M3 4.500h14v9H3ZM7.500 16.500h5M10 13.500v3",
  leave: "M8 4H4v12h4M12 6.500 15.500 10 12 13.500M15.500 10H8",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
