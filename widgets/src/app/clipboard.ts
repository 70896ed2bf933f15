/** Text for the clipboard. */

/** The clipboard interface needs https or localhost; elsewhere a selection is copied as people did before. */
export async function toClipboard(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way on a page without https
    document.execCommand("copy");
    area.remove();
  }
}
