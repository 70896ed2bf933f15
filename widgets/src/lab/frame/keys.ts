/** JupyterLab's own shortcuts while the user is in the app's page: a frame keeps its keys to itself. */

/** Offer JupyterLab the key strokes with Ctrl, Cmd or Alt that the page has no use for. */
export function passKeys(frame: HTMLIFrameElement): void {
  frame.contentWindow?.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || !(event.ctrlKey || event.metaKey || event.altKey)) return;
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- JupyterLab tells keys by these numbers
    const { key, code, keyCode, location, ctrlKey, metaKey, altKey, shiftKey, repeat } = event;
    const init = { key, code, keyCode, location, ctrlKey, metaKey, altKey, shiftKey, repeat };
    const copy = new KeyboardEvent("keydown", { ...init, bubbles: true, cancelable: true });
    if (!frame.dispatchEvent(copy)) event.preventDefault();
  });
}
