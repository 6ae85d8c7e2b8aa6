// Which rows of a long list are near the eye.

/** Rows from `first` to before `end` are drawn; the rest is empty space of the right height. */
export interface Slice {
  readonly first: number;
  readonly end: number;
  readonly before: number;
  readonly after: number;
}

/**
 * @param margin rows drawn beyond each edge, so that scrolling does not show empty space
 */
export function visibleSlice(
  total: number,
  rowHeight: number,
  scrollTop: number,
  viewHeight: number,
  margin = 12,
): Slice {
  const top = Math.max(0, Math.min(scrollTop, total * rowHeight - viewHeight));
  const first = Math.max(0, Math.floor(top / rowHeight) - margin);
  const end = Math.min(total, Math.ceil((top + viewHeight) / rowHeight) + margin);
  return { first, end, before: first * rowHeight, after: (total - end) * rowHeight };
}
