/** Totals as Python wrote them, in the reader's language. */

import { rewritten, shortened } from "./numbers.ts";
import { t } from "./text.ts";
import type { Total } from "./wire.ts";

const ABOUT = "≈ ";

/** "3,296", "≈ 3,300", "under 10" or "not shown". */
export function figure(written: string): string {
  if (written === "not shown") return t("not shown");
  const few = /^under (.+)$/.exec(written)?.[1];
  return few === undefined ? rewritten(written) : t("under %1", rewritten(few));
}

/** The same where room is scarce: "5.94 M", "≈ 5.94 M". */
export function briefFigure(written: string): string {
  if (written.startsWith(ABOUT)) return ABOUT + shortened(written.slice(ABOUT.length));
  return /^[\d,]+$/.test(written) ? shortened(written) : figure(written);
}

/** What a total is part of: "of 86,451". */
export function wholeOf({ of }: Total): string {
  return of.startsWith("of ") ? t("of %1", figure(of.slice(3))) : of;
}
