/** A small panel under an element that it does not belong to: it stays when the element goes. */

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface Props {
  label: string;
  anchor: HTMLElement;
  onClose: () => void;
  children: ComponentChildren;
}

const native = typeof HTMLElement !== "undefined" && "popover" in HTMLElement.prototype;
const EDGE = 8;

export function Floating({ label, anchor, onClose, children }: Props) {
  const panel = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = panel.current;
    if (!element) return;
    if (native) element.showPopover();
    place(element, anchor);
    const chosen = element.querySelector<HTMLElement>(".fr[aria-checked=true]");
    (chosen ?? element.querySelector<HTMLElement>(".fr, input") ?? element).focus();
  }, [anchor]);
  return (
    <div
      ref={panel}
      popover="auto"
      class="popup floating"
      role="dialog"
      aria-label={label}
      tabIndex={-1}
      onToggle={(event) => {
        if ((event as ToggleEvent).newState === "closed") onClose();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.stopPropagation();
        onClose();
      }}
    >
      {children}
    </div>
  );
}

/** Under the element where there is room, else above it, else as high as it goes; never outside the window. */
function place(panel: HTMLElement, anchor: HTMLElement): void {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const below = window.innerHeight - at.bottom - 4 - EDGE;
  const above = at.top - 4 - EDGE;
  const down = height <= below || below >= above;
  panel.style.maxHeight = `${Math.max(below, above)}px`;
  panel.style.left = `${Math.max(EDGE, Math.min(at.left, window.innerWidth - width - EDGE))}px`;
  // Hung by the edge at the element: what is shown later makes it longer.
  if (down) panel.style.top = `${at.bottom + 4}px`;
  else panel.style.bottom = `${window.innerHeight - at.top + 4}px`;
}
