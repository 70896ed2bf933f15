/** Totals as Python wrote them, in the reader's language. */

import { rewritten } from "./numbers.ts";
import { t } from "./text.ts";
import type { Total } from "./wire.ts";

/** "3,296", "≈ 3,300", "under 10" or "not shown". */
export function figure(written: string): string {
  if (written === "not shown") return t("not shown");
  const few = /^under (.+)$/.exec(written)?.[1];
  return few === undefined ? rewritten(written) : t("under %1", rewritten(few));
}

/** What a total is part of: "of 86,451". */
export function wholeOf({ of }: Total): string {
  return of.startsWith("of ") ? t("of %1", figure(of.slice(3))) : of;
}
