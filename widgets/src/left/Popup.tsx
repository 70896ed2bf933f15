/** A button that opens a small panel in the browser's top layer, so that no scrolling box cuts it off. */

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

interface Props {
  label: string;
  title?: string;
  button: ComponentChildren;
  class: string;
  /** A menu of commands, or an explanation; may change while it is open. */
  role: "menu" | "dialog";
  /** What the panel is called where that is not the button's label. */
  says?: string;
  /** Room for more than a sentence. */
  wide?: boolean;
  onClose?: () => void;
  /** The edge of the button that it hangs on. */
  align?: "left" | "right";
  /** Said under the commands of a menu. */
  note?: string;
  children: (close: () => void) => ComponentChildren;
}

const native = typeof HTMLElement !== "undefined" && "popover" in HTMLElement.prototype;
const EDGE = 8;

export function Popup(props: Props) {
  const [open, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const close = () => {
    if (native) panel.current?.hidePopover();
    else setOpen(false);
  };

  useEffect(() => {
    // The browser opens and closes it (also on Escape and on a click outside) and gives the focus back.
    if (native && opener.current) opener.current.popoverTargetElement = panel.current;
  }, []);
  useLayoutEffect(() => {
    if (!open || !panel.current || !opener.current) return;
    place(panel.current, opener.current, props.align);
    (panel.current.querySelector<HTMLElement>("[role^=menuitem]") ?? panel.current).focus();
  }, [open, props.role]);

  const onKeyDown = (event: KeyboardEvent) => {
    const items = [...(panel.current?.querySelectorAll<HTMLElement>("[role^=menuitem]:not(:disabled)") ?? [])];
    const at = items.indexOf(event.target as HTMLElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && !native) close();
    if (event.key === "Tab" && props.role === "menu") close();
    if (step === undefined || items.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    items[(at + step + items.length) % items.length]?.focus();
  };

  return (
    <>
      <button
        ref={opener}
        type="button"
        class={props.class}
        aria-label={props.label}
        title={props.title ?? props.label}
        aria-haspopup={props.role}
        aria-expanded={open}
        {...(native ? {} : { onClick: () => setOpen(!open) })}
      >
        {props.button}
      </button>
      <div
        ref={panel}
        popover="auto"
        class={props.wide ? "popup roomy" : "popup"}
        role={props.role === "dialog" ? "dialog" : undefined}
        aria-label={props.role === "dialog" ? (props.says ?? props.label) : undefined}
        tabIndex={-1}
        hidden={!native && !open}
        onKeyDown={onKeyDown}
        onToggle={(event) => {
          const shown = (event as ToggleEvent).newState === "open";
          setOpen(shown);
          if (shown) return;
          returnFocus(event.currentTarget, opener.current);
          props.onClose?.();
        }}
      >
        {open && props.role === "dialog" ? props.children(close) : null}
        {open && props.role === "menu" ? (
          <div role="menu" aria-label={props.label}>
            {props.children(close)}
          </div>
        ) : null}
        {open && props.note ? <p>{props.note}</p> : null}
      </div>
    </>
  );
}

/** In a shadow root the browser forgets where the focus came from. */
function returnFocus(panel: HTMLElement, opener: HTMLElement | null): void {
  const active = (panel.getRootNode() as Document | ShadowRoot).activeElement;
  // What a command opened elsewhere on the page has it already.
  if (!active && document.activeElement !== document.body) return;
  if (!active || active === document.body || panel.contains(active)) opener?.focus();
}

/** Under the button, an edge at the button's; above where there is no room; never outside the window. */
function place(panel: HTMLElement, opener: HTMLElement, align: Props["align"] = "right"): void {
  const at = opener.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const below = at.bottom + 4;
  const top = below + height + EDGE > window.innerHeight ? Math.max(EDGE, at.top - height - 4) : below;
  const wanted = align === "left" ? at.left : at.right - width;
  const left = Math.min(Math.max(EDGE, wanted), window.innerWidth - width - EDGE);
  // Its button may be scrolled out of sight.
  panel.style.top = `${Math.min(top, Math.max(EDGE, window.innerHeight - height - EDGE))}px`;
  panel.style.left = `${left}px`;
}

interface ItemProps {
  onChoose: () => void;
  checked?: boolean;
  disabled?: boolean;
  children: ComponentChildren;
}

/** One command of a menu; with `checked`, one of several choices. */
export function MenuItem({ onChoose, checked, disabled, children }: ItemProps) {
  return (
    <button
      type="button"
      class="item"
      role={checked === undefined ? "menuitem" : "menuitemradio"}
      aria-checked={checked}
      disabled={disabled}
      tabIndex={-1}
      onClick={onChoose}
    >
      {children}
    </button>
  );
}
