// Where pages of messages begin.
export const PAGE_SIZE = 50;

export interface Bounds {
  readonly startOffset: number;
  readonly endOffset: number;
}

/** The page that ends with the newest message. */
export function newestPage({ startOffset, endOffset }: Bounds): number {
  return Math.max(startOffset, endOffset - PAGE_SIZE);
}

/** The page before the one that begins at `from`; undefined when there is none. */
export function pageBefore(from: number, { startOffset }: Bounds): number | undefined {
  return from > startOffset ? Math.max(startOffset, from - PAGE_SIZE) : undefined;
}

/** The page that begins at `next`; undefined when there is nothing there yet. */
export function pageAfter(next: number, { endOffset }: Bounds): number | undefined {
  return next < endOffset ? next : undefined;
}

/** An offset that somebody typed, moved into the log. */
export function clampOffset(wanted: number, { startOffset, endOffset }: Bounds): number {
  return Math.min(Math.max(wanted, startOffset), Math.max(startOffset, endOffset - 1));
}
