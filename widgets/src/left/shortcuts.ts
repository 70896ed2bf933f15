/**
 * Keeps JupyterLab's shortcuts away from what stands in a cell's output, all but saving; gives what undoes it.
 *
 * JupyterLab takes a key at the document, before it is here, and looks for a shortcut from the focused element upwards: an
 * attribute on a root is seen too late, and "d d" on a button in an output deletes its cell. So the element itself is
 * marked, for each key anew, before the document hears of it.
 */
export function keepShortcutsOut(root: HTMLElement): () => void {
  const mark = (event: KeyboardEvent): void => {
    const { target } = event;
    if (!(target instanceof HTMLElement) || !root.contains(target)) return;
    const saves = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s";
    if (saves) delete target.dataset.lmSuppressShortcuts;
    else target.dataset.lmSuppressShortcuts = "true";
  };
  window.addEventListener("keydown", mark, { capture: true });
  return () => window.removeEventListener("keydown", mark, { capture: true });
}
