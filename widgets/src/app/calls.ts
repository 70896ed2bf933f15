/** Calls from one part of the frame to another: the help menu in the bar, the tour in the head. */

import { useEffect } from "preact/hooks";

/** What can be called for: the list of keys, the tour, the questions of the first screen. */
export type Call = "keys" | "tour" | "questions";

const NAME = "cohort-explorer:call";

export function callFor(call: Call): void {
  window.dispatchEvent(new CustomEvent(NAME, { detail: call }));
}

export function useCall(call: Call, called: () => void): void {
  useEffect(() => {
    const heard = (event: Event) => {
      if ((event as CustomEvent<Call>).detail === call) called();
    };
    window.addEventListener(NAME, heard);
    return () => window.removeEventListener(NAME, heard);
  });
}
