/** What this browser keeps of how a person likes the screen. */

export function kept(name: string): string {
  try {
    return localStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}

/** An empty text forgets it. A browser that keeps nothing begins anew with each page. */
export function keep(name: string, text: string): void {
  try {
    if (text) localStorage.setItem(name, text);
    else localStorage.removeItem(name);
  } catch {
    // Nothing is lost but the wish.
  }
}
