/** The line icons of the column and of the app's frame, 16 x 16. */

const PATHS = {
  down: "M4 6l4 4 4-4",
  right: "M6 4l4 4-4 4",
  up: "M4 10l4-4 4 4",
  columns: "M2.5 3.5h11v9h-11zM6.2 3.5v9M9.8 3.5v9",
  dice: "M3 3h10v10H3zM5.8 5.8h.1M10.2 10.2h.1M8 8h.1",
  plus: "M8 3.5v9M3.5 8h9",
  close: "M4 4l8 8M12 4l-8 8",
  dots: "M3.5 8h.1M8 8h.1M12.5 8h.1",
  search: "M10 10l3.2 3.2M11 7a4 4 0 1 1-8 0 4 4 0 0 1 8 0z",
  warn: "M8 2.5l6 11H2zM8 6.5v3.2M8 11.6v.1",
  check: "M3.5 8.5l3 3 6-6.5",
  left: "M10 4l-4 4 4 4",
  days: "M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2.5V5M10.5 2.5V5",
  undo: "M3 6h6.5a3.5 3.5 0 0 1 0 7H6M3 6l3-3M3 6l3 3",
  redo: "M13 6H6.5a3.5 3.5 0 0 0 0 7H10M13 6l-3-3M13 6l-3 3",
  again: "M3.5 3v3.5H7M3.7 6.3A5 5 0 1 1 3 9.2",
  open: "M2.5 12.5v-9h4l1.5 2h5v2M2.5 12.5l2-5h9.5l-2 5z",
  save: "M3.5 2.5h7l2.5 2.5v8.5h-10v-11zM5.5 2.5v3h4v-3M5.5 13.5v-4h5v4",
  export: "M8 2.5v7.5M5 7.5L8 10.5l3-3M3 13.5h10",
  clock: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM8 5v3.2l2.2 1.3",
  link: "M6.8 9.2l2.4-2.4M7.2 5.2l1.6-1.6a2.5 2.5 0 0 1 3.6 3.6l-1.6 1.6M8.8 10.8l-1.6 1.6a2.5 2.5 0 0 1-3.6-3.6l1.6-1.6",
  note: "M3.5 2.5h9v11h-9zM5.5 5.5h5M5.5 8h5M5.5 10.5h3",
  pin: "M6 2.5h4M6.7 2.5v4L4.5 9h7L9.3 6.5v-4M8 9v4.5",
  copy: "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z",
  help: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM6.4 6.4a1.6 1.6 0 1 1 2.3 1.5c-.5.3-.7.6-.7 1.2M8 11.1v.1",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.5v1.6M8 12.9v1.6M1.5 8h1.6M12.9 8h1.6M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M12.6 3.4l-1.1 1.1M4.5 11.5l-1.1 1.1",
  moon: "M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class={`i i-${name}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
