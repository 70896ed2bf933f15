/** The list of keys, and the switch that turns single letters off. */

import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../left/icons.tsx";
import { lettersOn, setLetters } from "../left/letters.ts";
import { t } from "../left/text.ts";
import { MODAL, tabLetters } from "./shortcuts.ts";
import type { Tab } from "./wire.ts";

/** What a key is called on it: the same in every language. */
type Line = [string, ...string[]];

export function Keys({ tabs, close }: { tabs: readonly Tab[]; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [letters, setShown] = useState(lettersOn);
  useEffect(() => {
    const { classList } = document.documentElement;
    dialog.current?.showModal();
    classList.add(MODAL);
    return () => classList.remove(MODAL);
  }, []);
  const line = (keys: Line, what: string) => (
    <div class="kline">
      <dt>
        {keys.map((name) => (
          <kbd key={name}>{name}</kbd>
        ))}
      </dt>
      <dd>{what}</dd>
    </div>
  );
  return (
    <dialog
      ref={dialog}
      class="keys"
      aria-label={t("Keyboard shortcuts")}
      onClose={close}
      // A click on the ground around it is one on the dialog itself.
      onClick={(event) => {
        if (event.target === event.currentTarget) dialog.current?.close();
      }}
    >
      <div class="inside">
        <div class="row">
          <h2>{t("Keyboard shortcuts")}</h2>
          <span class="sp" />
          <button
            class="btn icon sm"
            aria-label={t("Close")}
            title={t("Close, Esc")}
            onClick={() => dialog.current?.close()}
          >
            <Icon name="close" />
          </button>
        </div>
        <div class="kcols">
          <section>
            <h3>{t("Anywhere")}</h3>
            <dl>
              {line(["/"], t("find a filter or value"))}
              {line(["f"], t("fold rule and filters away"))}
              {line(["e"], t("export a notebook"))}
              {line(["Ctrl S"], t("save the cohort"))}
              {line(["Ctrl Z"], t("undo"))}
              {line(["Ctrl Shift Z"], t("redo"))}
              {line(["?"], t("this list"))}
              {line(["Esc"], t("close, clear the search"))}
            </dl>
          </section>
          <section class="chords">
            <h3>{t("Go to")}</h3>
            <dl>
              {tabLetters(tabs).map(([letter, tab]) => (
                <div class="kline" key={letter}>
                  <dt>
                    <kbd>g</kbd>
                    <kbd>{letter}</kbd>
                  </dt>
                  <dd>{t(tab.title)}</dd>
                </div>
              ))}
            </dl>
          </section>
          <section>
            <h3>{t("In the rule and the filters")}</h3>
            <dl>
              {line(["↑", "↓"], t("move in a list"))}
              {line(["Space"], t("choose a value"))}
              {line(["Alt Space"], t("exclude a value; also Alt and a click"))}
              {line(["Enter"], t("open"))}
              {line(["Delete"], t("remove a chip or a group"))}
              {line(["Alt ↑", "Alt ↓"], t("move a group"))}
              {line(["l"], t("next level: series, study, patient"))}
            </dl>
          </section>
        </div>
        <label class="choice">
          <input
            type="checkbox"
            checked={letters}
            onChange={(event) => {
              setLetters(event.currentTarget.checked);
              setShown(lettersOn());
            }}
          />
          <span>
            {t("Single letters are shortcuts")}
            <span class="s q">{t("They are off while you type. Ctrl keys and ? always work.")}</span>
          </span>
        </label>
      </div>
    </dialog>
  );
}
