/** All in CSS pixels of the viewport. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Placement {
  readonly left: number;
  readonly top: number;
  /** The room that there is; what does not fit scrolls. */
  readonly maxHeight: number;
  readonly side: "below" | "above";
  /** The middle of the caret, from the popover's left edge. */
  readonly caret: number;
}

/** Between the popover and the edge of the viewport. */
export const MARGIN = 8;
/** The caret's height: its tip touches the icon. */
export const CARET = 8;
/** From the popover's edge to the caret's middle, at least: the corner is round there. */
const CORNER = 18;

/**
 * Places a popover so that its caret touches the icon and all of it is inside the viewport.
 * @param size of the popover, unconstrained
 */
export function place(icon: Rect, size: { width: number; height: number }, viewport: Rect, rtl: boolean): Placement {
  const middle = clamp(icon.left + icon.width / 2, viewport.left + MARGIN + CORNER, right(viewport) - MARGIN - CORNER);
  const start = rtl ? middle + CORNER - size.width : middle - CORNER;
  const left = clamp(start, viewport.left + MARGIN, right(viewport) - MARGIN - size.width);
  const below = bottom(viewport) - MARGIN - (bottom(icon) + CARET);
  const above = icon.top - CARET - (viewport.top + MARGIN);
  const side = size.height <= below || below >= above ? "below" : "above";
  const maxHeight = Math.max(0, side === "below" ? below : above);
  const height = Math.min(size.height, maxHeight);
  return {
    left,
    top: side === "below" ? bottom(icon) + CARET : icon.top - CARET - height,
    maxHeight,
    side,
    caret: clamp(middle - left, CORNER, size.width - CORNER),
  };
}

function right({ left, width }: Rect): number {
  return left + width;
}

function bottom({ top, height }: Rect): number {
  return top + height;
}

/** The lower bound wins if the two cross. */
function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
