/**
 * Whether rule and filters stand beside the cohort: folded to a rail where the person wants the room, a drawer where there
 * is none. The page outside the shadow roots carries it, since each part of the frame is a module of its own there.
 */

import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { keep } from "./kept.ts";

/** page.html reads it before anything is drawn. */
const KEPT = "cohort-explorer-folded";
const CHANGED = "cohort-explorer:aside";
/** page.css says the same width. */
const NARROW = "(max-width: 1000px)";

export function narrow(): boolean {
  return typeof matchMedia === "function" && matchMedia(NARROW).matches;
}

export function asideOpen(): boolean {
  const { classList } = document.documentElement;
  return narrow() ? classList.contains("drawer-open") : !classList.contains("folded");
}

/** The keyboard goes into a column that opens, and back to the button when it closes over the focus. */
export function setAside(open: boolean): void {
  if (open === asideOpen()) return;
  const { classList } = document.documentElement;
  const inside = document.activeElement?.closest(".left") !== null;
  if (narrow()) classList.toggle("drawer-open", open);
  else {
    classList.toggle("folded", !open);
    keep(KEPT, open ? "" : "folded");
  }
  if (open) document.querySelector<HTMLElement>(".left")?.focus();
  window.dispatchEvent(new CustomEvent(CHANGED, { detail: !open && inside }));
  // Charts and tables are drawn anew for the room that they have now.
  window.dispatchEvent(new Event("resize"));
}

/** Whether it is open, and the button that opens or closes it. */
export function useAside(): [boolean, RefObject<HTMLButtonElement>] {
  const [open, setOpen] = useState(asideOpen);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const look = () => setOpen(asideOpen());
    const changed = (event: Event) => {
      look();
      if ((event as CustomEvent<boolean>).detail) button.current?.focus();
    };
    window.addEventListener(CHANGED, changed);
    window.addEventListener("resize", look);
    return () => {
      window.removeEventListener(CHANGED, changed);
      window.removeEventListener("resize", look);
    };
  }, []);
  return [open, button];
}

/** A drawer closes on Escape, and on a click beside it. */
export function useDrawerClosing(): void {
  useEffect(() => {
    const close = (event: Event) => {
      if (!document.documentElement.classList.contains("drawer-open")) return;
      const outside = event.type === "pointerdown" && (event.target as Element | null)?.closest(".main");
      if (outside || (event as KeyboardEvent).key === "Escape") setAside(false);
    };
    document.addEventListener("keydown", close);
    document.addEventListener("pointerdown", close);
    return () => {
      document.removeEventListener("keydown", close);
      document.removeEventListener("pointerdown", close);
    };
  }, []);
}
