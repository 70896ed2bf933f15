/** What can be done with a criteria group. */

import { LEVELS, type Card } from "./groups.ts";
import { Icon } from "./icons.tsx";
import { LEVEL_NAMES } from "./Levels.tsx";
import { MenuItem, Popup } from "./Popup.tsx";
import type { Store } from "./store.ts";
import { t } from "./text.ts";

interface Props {
  store: Store;
  card: Card;
  siblings: number;
  onMove: (by: -1 | 1) => void;
  onDelete: () => void;
  onPause: () => void;
  /** Absent where there are no dates, or the group is left out. */
  onDays: (() => void) | undefined;
}

export function GroupMenu({ store, card, siblings, onMove, onDelete, onPause, onDays }: Props) {
  const { name } = card;
  return (
    <Popup label={t("Group menu")} button={<Icon name="dots" />} class="btn icon sm" role="menu">
      {(close) => {
        const item = (text: string, act: () => void, disabled = false, checked?: boolean) => (
          <MenuItem
            key={text}
            disabled={disabled}
            checked={checked}
            onChoose={() => {
              close();
              act();
            }}
          >
            {text}
          </MenuItem>
        );
        if (card.draft) return item(t("Delete group"), onDelete);
        return (
          <>
            {LEVELS.map((same) =>
              item(
                t("In the same %1", LEVEL_NAMES[same]()),
                () => {
                  if (same !== card.same) store.send({ kind: "level", group: name, same });
                },
                false,
                same === card.same,
              ),
            )}
            <hr />
            {item(t("Pause"), onPause)}
            {item(t("Duplicate"), () => store.send({ kind: "group-duplicate", group: name }))}
            {item(card.side === "include" ? t("Make it exclude") : t("Make it include"), () =>
              store.send({ kind: "group-flip", group: name }),
            )}
            {onDays ? item(t("Days to another study …"), onDays) : null}
            {item(t("Move up"), () => onMove(-1), card.index === 0)}
            {item(t("Move down"), () => onMove(1), card.index >= siblings - 1)}
            <hr />
            {item(t("Delete group"), onDelete)}
          </>
        );
      }}
    </Popup>
  );
}
