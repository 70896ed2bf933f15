/** Where a card stands beside what it is about, inside the window. */

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

interface Room {
  width: number;
  height: number;
}

const GAP = 12;
const EDGE = 16;
const RING = 2;

/** Put the card where there is room: right of the box, under it, left of it, over it, else in its corner; give the ring. */
export function beside(box: Box | null, card: HTMLElement | null, room: Room): Box | null {
  const seen = box && inside(box, room);
  if (!card) return seen;
  const { offsetWidth: width, offsetHeight: height } = card;
  const { left, top } = seen ? cornerOf(seen, { width, height }, room) : middle({ width, height }, room);
  card.style.left = `${Math.round(Math.max(EDGE, Math.min(left, room.width - width - EDGE)))}px`;
  card.style.top = `${Math.round(Math.max(EDGE, Math.min(top, room.height - height - EDGE)))}px`;
  return seen;
}

/** The part of the box that can be seen, with a little ground around it. */
function inside(box: Box, room: Room): Box {
  const [left, top] = [Math.max(2, box.left - RING), Math.max(2, box.top - RING)];
  const right = Math.min(room.width - 2, box.left + box.width + RING);
  const bottom = Math.min(room.height - 2, box.top + box.height + RING);
  return { left, top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

function middle(card: Room, room: Room): { left: number; top: number } {
  return { left: (room.width - card.width) / 2, top: (room.height - card.height) / 2 };
}

/** Of what fills most of the window, the corner that is read last. */
function cornerOf(box: Box, card: Room, room: Room): { left: number; top: number } {
  const [right, bottom] = [box.left + box.width + GAP, box.top + box.height + GAP];
  const last = { left: right - card.width - 3 * GAP, top: bottom - card.height - 3 * GAP };
  if (box.width * box.height > (room.width * room.height) / 3) return last;
  if (right + card.width + EDGE <= room.width) return { left: right, top: box.top };
  if (bottom + card.height + EDGE <= room.height) return { left: box.left, top: bottom };
  if (box.left - GAP - card.width >= EDGE) return { left: box.left - GAP - card.width, top: box.top };
  if (box.top - GAP - card.height >= EDGE) return { left: box.left, top: box.top - GAP - card.height };
  return last;
}
