/** The few line icons of the column, 16 x 16. */

const PATHS = {
  down: "M4 6l4 4 4-4",
  right: "M6 4l4 4-4 4",
  plus: "M8 3.5v9M3.5 8h9",
  close: "M4 4l8 8M12 4l-8 8",
  dots: "M3.5 8h.1M8 8h.1M12.5 8h.1",
  search: "M10 10l3.2 3.2M11 7a4 4 0 1 1-8 0 4 4 0 0 1 8 0z",
  warn: "M8 2.5l6 11H2zM8 6.5v3.2M8 11.6v.1",
  check: "M3.5 8.5l3 3 6-6.5",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class={`i i-${name}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
