/** How old a snapshot is, in words. */

import { t } from "../../left/text.ts";

const DAY = 86_400_000;

/** "today", "3 days", "5 months", "2 years" at the time `now`; "" for no date. */
export function age(date: string | null, now: number = Date.now()): string {
  const then = date ? Date.parse(date) : NaN;
  if (Number.isNaN(then)) return "";
  const days = Math.floor(now / DAY) - Math.floor(then / DAY);
  if (days <= 0) return t("today");
  if (days < 60) return days === 1 ? t("1 day") : t("%1 days", days);
  const months = Math.floor(days / 30.44);
  if (months < 24) return t("%1 months", months);
  return t("%1 years", Math.floor(days / 365.25));
}
