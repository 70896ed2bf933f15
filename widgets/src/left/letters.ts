/** Whether single letters are shortcuts: who dictates to the computer, or rests a hand on the keys, switches them off. */

const KEPT = "cohort-explorer-letters";

export function lettersOn(): boolean {
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return true;
  }
}

export function setLetters(on: boolean): void {
  try {
    localStorage.setItem(KEPT, on ? "on" : "off");
  } catch {
    // A browser that keeps nothing has them on again after a reload.
  }
}
