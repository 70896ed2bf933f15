/** The page's address: a reload opens the same tab, and a link that was followed is not followed again. */

import { useEffect } from "preact/hooks";
import type { LinkData } from "./memory_wire.ts";

/** What a link says; once followed, the workspace has it. */
const FOLLOWED = ["cohort", "definition", "snapshot"];
const FIRST = "overview";

/** Keep the open tab in the address. */
export function useAddress(tab: string): void {
  useEffect(() => {
    const address = new URL(location.href);
    for (const name of FOLLOWED) address.searchParams.delete(name);
    withTab(address, tab);
    if (address.href !== location.href) history.replaceState(history.state, "", address);
  }, [tab]);
}

/** A link that restores the cohort and its tab: by the id of what the server keeps, or with the definition inside. */
export function linkTo(link: LinkData, tab: string, inside: boolean): string {
  const address = new URL(location.pathname, location.origin);
  if (inside) address.searchParams.set("definition", link.definition);
  else address.searchParams.set("cohort", link.cohort);
  address.searchParams.set("snapshot", link.snapshot);
  withTab(address, tab);
  return address.href;
}

function withTab(address: URL, tab: string): void {
  if (tab && tab !== FIRST) address.searchParams.set("tab", tab);
  else address.searchParams.delete("tab");
}
