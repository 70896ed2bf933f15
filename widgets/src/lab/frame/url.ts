/** `…/lab?cohort-explorer=open` opens the explorer; `=left` and `=right` put it beside what is open. */

import type { ILabShell, IRouter, JupyterFrontEnd } from "@jupyterlab/application";
import { t } from "../../left/text.ts";
import { Commands, takes, textIn } from "../commands.ts";

const NAME = "cohort-explorer";
const BESIDE_MS = 10_000;

export function openFromUrl(app: JupyterFrontEnd, shell: ILabShell, router: IRouter): void {
  app.commands.addCommand(Commands.openFromUrl, {
    label: t("Open Cohort Explorer from the Address"),
    describedBy: takes({ path: ["string", "The path of the address."], search: ["string", "Its query."] }),
    execute: (args) => {
      const { place, rest } = placeIn(textIn(args, "search"));
      if (place === null) return;
      // Other rules may still read the address; afterwards a reload need not open anything.
      void app.restored.then(async () => {
        await openAt(app, shell, place, true);
        const { path, search, hash } = router.current;
        if (search === textIn(args, "search")) router.navigate(`${path}${rest}${hash}`, { skipRouting: true });
      });
    },
  });
  router.register({ command: Commands.openFromUrl, pattern: new RegExp(`[?&]${NAME}(=|&|$)`), rank: 10 });
}

/**
 * Open the explorer beside what is open, or just open it.
 *
 * @param place `left` or `right`; anything else is wherever JupyterLab puts it.
 * @param soon Whether a document is on its way, which takes a moment.
 */
export async function openAt(app: JupyterFrontEnd, shell: ILabShell, place: string, soon: boolean): Promise<void> {
  const beside = place === "left" || place === "right";
  const ref = beside ? await neighbour(shell, soon ? BESIDE_MS : 0) : null;
  await app.commands.execute(Commands.open, ref ? { mode: `split-${place}`, ref } : {});
}

/** Where the query wants the explorer, or null where it does not name it; and the query without that. */
export function placeIn(search: string): { place: string | null; rest: string } {
  const query = new URLSearchParams(search);
  const place = query.get(NAME);
  query.delete(NAME);
  const rest = query.toString();
  return { place, rest: rest && `?${rest}` };
}

/** The id of what is open in the main area; where the address opens a document, that takes a moment. */
async function neighbour(shell: ILabShell, patience: number): Promise<string | null> {
  const found = () => {
    const widget = shell.currentWidget;
    return widget && !widget.id.startsWith(NAME) && !widget.id.startsWith("launcher") ? widget.id : null;
  };
  const until = Date.now() + patience;
  while (!found() && Date.now() < until) await new Promise((later) => setTimeout(later, 100));
  return found();
}
