/** The items of the panel's menus: a choice closes the menu first, since what it does may take the focus. */

import type { JSX } from "preact";
import { MenuItem } from "../../left/Popup.tsx";

interface Options {
  /** One of several, chosen or not; left out for a command. */
  checked?: boolean;
  disabled?: boolean;
}

export function itemsOf(close: () => void): (text: string, act: () => void, options?: Options) => JSX.Element {
  return (text, act, { checked, disabled = false } = {}) => (
    <MenuItem
      key={text}
      checked={checked}
      disabled={disabled}
      onChoose={() => {
        close();
        act();
      }}
    >
      {text}
    </MenuItem>
  );
}
