/** A value, or a bin of numbers or dates, in words. */

import { t } from "../../left/text.ts";
import type { Counted } from "./wire.ts";

export function label({ value, high }: Counted): string {
  if (value === null) return t("missing");
  if (high === null) return t("from %1", String(value));
  return value === high ? String(value) : t("%1 to %2", String(value), String(high));
}
